"""Every way to leak a name, after every prompt that asks for one: `python -m tests.bench.leak_attack`.

A real arena and the demo's servers run in processes of their own. Citizens ask `identity_prompts`; all
contestants leak on purpose in the ways of `arena.backends.demo.leaks`, eight of those that masking sees
through in each reply. What a browser gets is checked at every event: the HTML of each block as it stands
then, the whole of it, its links, and the text that the record gives back. A name is seen wherever its
letters stand side by side once everything that is no letter is taken out; that is stricter than a reader.

`--prompts N` takes the first N prompts, `--citizens N` ask at once.
"""

import argparse
import asyncio
import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import httpx

from arena.backends.demo.launch import Demo
from arena.backends.demo.leaks import BEYOND, MASKED, said
from arena.backends.demo.personas import PERSONAS
from arena.contest.homoglyphs import letters_of, loose
from tests.bench.identity_prompts import prompts
from tests.servers import ROOT, Arena

LINES = {"given_up_per_person": "100000", "speed": "visible", "max_tokens": "4000"}
TAG = re.compile(r"<[^<>]*>")
AT_ONCE = 8
FEW = 3
"""So many prompts show what is beyond masking."""


@contextmanager
def stage(folder: Path) -> Iterator[tuple[str, str]]:
    """Run an arena whose contestants can be told to leak; give its address and theirs."""
    with Demo(speed=1e6, controls=True) as teams:
        declared = (ROOT / "models.yaml").read_text("utf-8").replace("demo://", f"{teams.url}/")
        for name, value in LINES.items():
            declared = re.sub(rf"(?m)^( +{name}: ).*$", rf"\g<1>{value}", declared)
        (folder / "models.yaml").write_text(declared, "utf-8")
        arena = Arena(folder, ARENA_MODELS=str(folder / "models.yaml"))
        arena.start()
        try:
            yield arena.url, teams.url
        finally:
            arena.stop()


@dataclass(slots=True)
class Seen:
    """What browsers got while contestants leaked in one way."""

    replies: int = 0
    voided: int = 0
    names: Counter[str] = field(default_factory=Counter)
    shown: int = 0
    example: str = ""


async def attack(url: str, teams: str, way: str, asked: Sequence[str], citizens: int) -> Seen:
    """Let all contestants leak in one way, and ask."""
    async with httpx.AsyncClient(base_url=teams) as controls:
        for persona in PERSONAS:
            plan = {"fault": "leak", "way": way}
            (await controls.put(f"/control/{persona.id}", json=plan)).raise_for_status()
    seen, left = Seen(), list(asked)
    await asyncio.gather(*(_ask_on(url, way, left, seen) for _ in range(min(citizens, len(asked)))))
    return seen


async def _ask_on(url: str, way: str, left: list[str], seen: Seen) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=60) as browser:
        version = (await browser.get("/api/round")).json()["consent"]
        (await browser.post("/api/me", json={"consent": version})).raise_for_status()
        while left:
            await _battle(browser, way, left.pop(), seen)


async def _battle(browser: httpx.AsyncClient, way: str, prompt: str, seen: Seen) -> None:
    opened = await browser.post("/api/battles", json={"prompt": prompt, "language": "ko"})
    opened.raise_for_status()
    battle = opened.json()["battle"]
    blocks: dict[str, dict[int, str]] = {"a": {}, "b": {}}
    async with browser.stream("GET", f"/api/battles/{battle}/events?render=html") as stream:
        async for line in stream.aiter_lines():
            if not line.startswith("data: "):
                continue
            event = json.loads(line.removeprefix("data: "))
            for side in blocks.keys() & event.keys():
                blocks[side] |= dict(event[side])
                _look(visible("".join(html for _, html in event[side])), seen)
    record = (await browser.get(f"/api/battles/{battle}?render=html")).json()
    await browser.delete(f"/api/battles/{battle}")
    if record["stage"] != "open":
        seen.voided += 1
        return
    for side in ("a", "b"):
        whole = visible("".join(html for _, html in sorted(blocks[side].items())))
        _look(record["turns"][0]["replies"][side], seen)
        _look(visible(record["turns"][0]["html"][side]), seen)
        _look(whole, seen)
        _count(way, whole, seen)


def _look(text: str, seen: Seen) -> None:
    letters = squeezed(text)
    seen.names.update(name for name, spelled in NAMES.items() if spelled in letters)


def _count(way: str, text: str, seen: Seen) -> None:
    """Count a reply, and whether the leak stands in it as it was said."""
    seen.replies += 1
    shown = [leak for leak in (said(way, persona) for persona in PERSONAS) if _is_in(leak, text)]
    seen.shown += bool(shown)
    seen.example = seen.example or next(iter(shown), "")


def _is_in(leak: str, text: str) -> bool:
    letters = squeezed(leak)
    return letters in squeezed(text) if letters else leak in text


def squeezed(text: str) -> str:
    """Give the letters of a text and nothing else."""
    return loose("".join(map(letters_of, text)))


NAMES: Mapping[str, str] = {
    name: squeezed(name) for who in PERSONAS for name in (who.name, who.id, *who.aliases, who.team)
}


class _Reader(HTMLParser):
    """Reads what a page shows, and apart from it where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.links: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value for name, value in attrs if name == "href" and value]


def visible(html: str) -> str:
    """Give what a page shows of HTML, without tags that it shows as text, and the targets of its links."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = "".join(reader.parts)
    return unquote("\n".join([text, TAG.sub("", text), *reader.links]), errors="ignore")


def line(plan: str, seen: Seen) -> str:
    """Write what was seen while contestants leaked by a plan."""
    names = ", ".join(f"{name} × {count}" for name, count in seen.names.items()) or "none"
    counts = f"{seen.replies:5} replies, {seen.voided} void, names: {names}"
    if plan in BEYOND:
        return f"  {plan:34} {counts}, {seen.shown} as {' '.join(seen.example.split())!r}"
    return f"{counts}, in these ways: {plan.replace('|', ', ')}"


async def _masked(url: str, teams: str, asked: Sequence[str], citizens: int) -> int:
    ways, seen = list(MASKED), []
    print(f"What masking sees through: {len(ways)} ways, {len(asked)} prompts")
    for first in range(0, len(ways), AT_ONCE):
        plan = "|".join(ways[first : first + AT_ONCE])
        seen.append(await attack(url, teams, plan, asked, citizens))
        print(line(plan, seen[-1]), flush=True)
    leaked = sum(sum(one.names.values()) for one in seen)
    print(f"{sum(one.replies for one in seen)} replies, {leaked} names seen")
    return leaked + sum(one.voided for one in seen)


async def _beyond(url: str, teams: str, asked: Sequence[str]) -> None:
    print(f"What masking cannot see through: {len(BEYOND)} ways")
    for way in BEYOND:
        print(line(way, await attack(url, teams, way, asked, 1)), flush=True)


async def _all(url: str, teams: str, asked: Sequence[str], citizens: int) -> int:
    failed = await _masked(url, teams, asked, citizens)
    await _beyond(url, teams, asked[:FEW])
    return failed


def main() -> None:
    """Run the attack and print its table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--prompts", type=int, default=len(prompts()))
    parser.add_argument("--citizens", type=int, default=12)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as (url, teams):
        failed = asyncio.run(_all(url, teams, prompts()[: chosen.prompts], chosen.citizens))
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
