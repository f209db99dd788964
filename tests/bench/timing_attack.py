"""Whether a citizen can tell by timing alone who answers her. Prints a table in Markdown.

    python -m tests.bench.timing_attack [--replies 2000] [--parallel 24] [--speed 2] [--pictures]

Five contestants that differ in timing and in nothing else (`timing_teams`) answer over real HTTP; the
arena is `app.py` in a process of its own. Every battle is read by two clients at once as it streams: text
deltas, and the rendered blocks that the arena's page reads (nothing of a battle goes through Gradio's
queue). A classifier gets all that they could observe of a side: when each event came, counted from the
question, what gaps lay between, how many characters, bytes or blocks each brought of either side, in which
order, what came last and when the end came. It is trained on four fifths of the battles and says who sat
on each side of the rest, in turn; what stands there is how often it is right. The same is done where the
rules show speed: there it must succeed, or it would prove nothing.

With `--pictures` every question comes with a picture, which all five contestants take.

With `--speed` 2 the contestants' time and that of the arena run twice as fast, and so do its ticks: every
ratio is that of real time, and what the machine adds weighs twice as much.
"""

import argparse
import asyncio
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from arena.contest.battle import BattleId, Side
from arena.store import battles
from arena.store.session import Store
from tests.bench.load_generator import CLOSING, PROMPT, Answer, Connection
from tests.bench.timing_teams import MANNERS
from tests.pictures import files
from tests.servers import ROOT, Arena

READERS = {"text deltas": "", "rendered blocks": "?render=html"}
CHANGES = {
    "id": "timing",
    "votes_per_person": "10000",
    "controls": "0",
    "votes_per_minute": "0",
    "one_sided_from": "0",
}
FIRSTS = 16
"""Events, gaps and sizes from the beginning of a stream that are features of their own."""
SHARES = (0, 5, 25, 50, 75, 95, 100)
FOLDS = 5


@dataclass(slots=True)
class Stream:
    """What one client saw: for each event its time and what it held of each side; pauses hold nothing."""

    times: list[float] = field(default_factory=list)
    sizes: dict[Side, list[int]] = field(default_factory=lambda: {side: [] for side in Side})
    pieces: dict[Side, list[int]] = field(default_factory=lambda: {side: [] for side in Side})
    end: float = 0.0
    held: bytes = b""

    def feed(self, data: bytes, now: float) -> None:
        """Take in what came."""
        *events, self.held = (self.held + data).split(b"\n\n")
        for event in events:
            lines = dict(line.split(b": ", 1) for line in event.split(b"\n") if not line.startswith(b":"))
            if lines.get(b"event", b"").decode() in CLOSING:
                self.end = now
                return
            said = json.loads(lines.get(b"data", b"{}"))
            self.times.append(now)
            for side in Side:
                new = said.get(side.value, "")
                self.sizes[side].append(len(json.dumps(new)) if isinstance(new, list) else len(new))
                self.pieces[side].append(len(new) if isinstance(new, list) else len(new.encode()))


@dataclass(slots=True)
class Seen:
    """One battle from outside: when she asked, was answered and was streamed to."""

    battle: BattleId
    asked: float
    opened: float
    streams: dict[str, Stream] = field(default_factory=lambda: {reader: Stream() for reader in READERS})


class Citizen:
    """One client that asks, reads twice at once, votes, and asks again; each on a connection of its own."""

    def __init__(self, port: int, picture: bytes | None = None) -> None:
        self._port = port
        self._picture = picture
        self._cookie = ""

    async def _ask(self, method: str, path: str, body: dict | bytes | None = None, reader=None) -> Answer:
        connection = await Connection.to(self._port)
        try:
            return await connection.ask(method, path, body, self._cookie, reader)
        finally:
            connection.close()

    async def come(self) -> None:
        """Consent."""
        notice = (await self._ask("GET", "/api/round")).said["consent"]
        answer = await self._ask("POST", "/api/me", {"consent": notice})
        self._cookie = answer.headers["set-cookie"].partition(";")[0]

    async def battle(self) -> Seen | None:
        """Have a battle; None where it was void."""
        images = [] if self._picture is None else [await self._shown(self._picture)]
        asked = time.monotonic()
        answer = await self._ask("POST", "/api/battles", {"prompt": PROMPT, "images": images})
        seen = Seen(BattleId(answer.said["battle"]), asked, time.monotonic())
        path = f"/api/battles/{seen.battle}"
        readings = [
            self._ask("GET", f"{path}/events{READERS[reader]}", reader=stream.feed)
            for reader, stream in seen.streams.items()
        ]
        await asyncio.gather(*readings)
        voted = await self._ask("PUT", f"{path}/vote", {"verdict": "a"})
        return seen if voted.status == 200 else None

    async def _shown(self, picture: bytes) -> str:
        """Add a picture, again where others are being decoded."""
        while True:
            answer = await self._ask("POST", "/api/pictures", picture)
            if answer.status == 201:
                return answer.said["picture"]
            await asyncio.sleep(0.5)


async def citizens(port: int, count: int, parallel: int, picture: bytes | None) -> list[Seen]:
    """Have so many battles, and say from time to time how many there were."""
    seen: list[Seen] = []
    left = iter(range(count))

    async def one(number: int) -> None:
        await asyncio.sleep(number * 3 / parallel)
        citizen = Citizen(port, picture)
        await citizen.come()
        for _ in left:
            if battle := await citizen.battle():
                seen.append(battle)
            if sys.stderr.isatty():
                print(f"\r{len(seen)} of {count} battles", end="", file=sys.stderr, flush=True)

    await asyncio.gather(*(one(number) for number in range(parallel)))
    return seen


@contextmanager
def teams(speed: float) -> Iterator[str]:
    """Run the contestants; give their address."""
    command = [sys.executable, "-m", "tests.bench.timing_teams", str(speed)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as process:
        yield process.stdout.readline().strip()
        process.stdin.close()


def declared(folder: Path, address: str, shown: str) -> Path:
    """Write the demo's declaration with these contestants behind its names."""
    told = (ROOT / "models.yaml").read_text("utf-8")
    for name, value in (CHANGES | {"speed": shown}).items():
        told = re.sub(rf"(?m)^( +{name}: )\S+", rf"\g<1>{value}", told, count=1)
    numbers = iter(range(len(MANNERS)))
    told = re.sub(r"demo://\w+", lambda _: f"{address}/{next(numbers)}", told)
    told = told.replace("images: false", "images: true")
    file = folder / "models.yaml"
    file.write_text(told, "utf-8")
    return file


def played(
    shown: str, count: int, parallel: int, speed: float, picture: bytes | None
) -> tuple[list[Seen], list[dict[Side, str]]]:
    """Have battles under a rule of speed; give what was seen, and who sat where."""
    with tempfile.TemporaryDirectory() as folder, teams(speed) as address:
        file = declared(Path(folder), address, shown)
        arena = Arena(Path(folder), ARENA_MODELS=str(file), ARENA_DEMO_SPEED=str(speed))
        try:
            arena.start()
            seen = asyncio.run(citizens(arena.port, count, parallel, picture))
        finally:
            arena.stop()
        store = Store(f"sqlite:///{folder}/arena.db")
        with store.reading() as connection:
            found = [battles.find(connection, one.battle) for one in seen]
        store.close()
    return seen, [battle.seats for battle in found if battle]


def features(seen: Seen, reader: str, side: Side) -> list[float]:
    """Give all that a client could observe of a side and of the other, in numbers."""
    stream, other = seen.streams[reader], next(one for one in Side if one is not side)
    times = np.array(stream.times) - seen.asked
    gaps = np.diff(times, append=stream.end - seen.asked)
    found = [seen.opened - seen.asked, stream.end - seen.asked, gaps[-1], len(times)]
    found += [*_shape(times), *_shape(gaps), *_shape(np.array(stream.times) - seen.opened)]
    for each in (side, other):
        sizes, pieces = np.array(stream.sizes[each]), np.array(stream.pieces[each])
        spoken = np.flatnonzero(sizes)
        found += [*_shape(sizes), *_shape(pieces), sizes.sum(), pieces.sum(), len(spoken)]
        found += [times[spoken[0]], times[spoken[-1]], *_shape(np.diff(times[spoken]))]
        found += [sizes.sum() / (times[spoken[-1]] - times[spoken[0]] + 0.01), gaps[spoken[-1] :].sum()]
    return found


def _shape(values: np.ndarray) -> list[float]:
    """Give the first values, the quantiles, the mean and the spread."""
    if not len(values):
        values = np.zeros(1)
    firsts = np.full(FIRSTS, -1.0)
    firsts[: len(values)] = values[:FIRSTS]
    return [*firsts, *np.percentile(values, SHARES), values.mean(), values.std()]


@dataclass(frozen=True, slots=True)
class Attack:
    """How often a classifier was right, the half-width of the 95 % interval, and what chance gives."""

    right: float
    half_width: float
    chance: float


def attacked(model: object, seen: Sequence[Seen], seats: Sequence[dict[Side, str]], reader: str) -> Attack:
    """Let a classifier say who sat where in battles that it was not trained on.

    The interval is that of a mean over battles, because both sides of one are not independent.
    """
    rows = np.array([features(one, reader, side) for one in seen for side in Side], np.float32)
    truth = np.array([seat[side] for seat in seats for side in Side])
    groups = np.repeat(np.arange(len(seen)), len(Side))
    right = np.zeros(len(truth))
    with threadpool_limits(1):  # threads that wait for each other take minutes on a busy machine
        for known, unknown in GroupKFold(FOLDS, shuffle=True, random_state=1).split(rows, truth, groups):
            model.fit(rows[known], truth[known])
            right[unknown] = model.predict(rows[unknown]) == truth[unknown]
    by_battle = right.reshape(-1, len(Side)).mean(1)
    counts = np.unique(truth, return_counts=True)[1]
    half_width = 1.96 * by_battle.std(ddof=1) / len(by_battle) ** 0.5
    return Attack(right.mean(), half_width, counts.max() / counts.sum())


def told(shown: str, seen: list[Seen], seats: list[dict[Side, str]]) -> Iterator[str]:
    """Write the rows of one rule of speed."""
    forest = RandomForestClassifier(300, min_samples_leaf=3, random_state=1)
    boosted = HistGradientBoostingClassifier(max_iter=40, max_leaf_nodes=15, random_state=1)
    for reader in READERS:
        for name, model in {"random forest": forest, "gradient boosting": boosted}.items():
            found = attacked(model, seen, seats, reader)
            yield (
                f"| {shown} | {reader} | {name} | {2 * len(seen):,} | {100 * found.right:.1f} % "
                f"± {100 * found.half_width:.1f} | {100 * found.chance:.1f} % |"
            )


def waited(shown: str, seen: list[Seen], speed: float) -> str:
    """Write what the wait costs, in real time: median and 95th percentile."""
    streams = [(one.asked, one.streams["text deltas"]) for one in seen]
    first = np.percentile([stream.times[0] - asked for asked, stream in streams], (50, 95)) * speed
    end = np.percentile([stream.end - asked for asked, stream in streams], (50, 95)) * speed
    return (
        f"Speed {shown}: first text after {first[0]:.2f} s (95 %: {first[1]:.2f} s), "
        f"end after {end[0]:.1f} s ({end[1]:.1f} s)"
    )


def main() -> None:
    """Attack streams in step and streams as they come."""
    asked = argparse.ArgumentParser(description="Can a citizen tell by timing who answers?")
    asked.add_argument("--replies", type=int, default=2_000)
    asked.add_argument("--parallel", type=int, default=32)
    asked.add_argument("--speed", type=float, default=2.0)
    asked.add_argument("--pictures", action="store_true", help="ask about a picture each time")
    given = asked.parse_args()
    picture = files.plain("JPEG") if given.pictures else None
    waits = []
    print(
        "| speed | read as | classifier | replies | right | chance |\n|---|---|---|---|---|---|", flush=True
    )
    for shown, count in {"hidden": given.replies // 2, "visible": given.replies // 4}.items():
        seen, seats = played(shown, count, given.parallel, given.speed, picture)
        for row in told(shown, seen, seats):
            print(row, flush=True)
        waits.append(waited(shown, seen, given.speed))
    print("", *waits, sep="\n")


if __name__ == "__main__":
    main()
