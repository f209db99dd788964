"""How often canaries alarm: never mind the same model, and at each other one.

    PYTHONPATH=. .venv/bin/python tests/bench/canaries.py          the demo's contestants (half a minute)
    PYTHONPATH=. .venv/bin/python tests/bench/canaries.py --vllm   small models in real vLLM (10 minutes;
                                                                   after `make .venv-vllm/.ready`)

"same" splits replies of one model into kept and looked-at ones, again and again: where the test holds,
a share of 5 % of the p-values is at most .05. "other" compares with replies of a model that is not the
one that was kept, and counts alarms at the level of 200 looks at five endpoints with alpha .01.
"""

import argparse
import asyncio
import os
import random
import secrets
import tempfile
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from arena.backends.demo.launch import Demo
from arena.backends.vllm import VllmBackend
from arena.contest import declaration
from arena.contest.canary import Plan
from arena.contest.roster import Contestant
from arena.contest.rules import Decoding
from arena.errors import BackendError
from arena.reporting.likeness import Replies, differ
from arena.service.canaries import KEPT_EACH, LOOKED_EACH
from arena.service.canary_prompts import PROMPTS
from tests.servers import ROOT
from tests.vllm.servers import KEY, VllmServer, serving

LEVEL = Plan(200, 5, 0.01).level
DRAWS = int(2 / LEVEL)
TOKENS = 48
PERSONA = "You are a pirate. Answer as a pirate would."
HONEST = Decoding(Decimal("0.7"), Decimal("0.95"), TOKENS)


async def ask(
    backend: VllmBackend, one: Contestant, each: int, decoding: Decoding = HONEST, system: str = ""
) -> Replies:
    """Ask every prompt `each` times, eight requests at once."""
    places = asyncio.Semaphore(8)
    before = [{"role": "system", "content": system}] if system else []

    async def reply(prompt: str) -> str:
        messages = [*before, {"role": "user", "content": prompt}]
        async with places:
            try:
                async with aclosing(backend.reply(one, messages, decoding)) as pieces:
                    return "".join([piece async for piece in pieces])
            except BackendError as error:
                return error.fault.value

    return [await asyncio.gather(*(reply(prompt) for _ in range(each))) for prompt in PROMPTS]


def part(replies: Replies, chosen: Sequence[int]) -> Replies:
    """Give some of the replies to each prompt."""
    return [[of_prompt[at] for at in chosen] for of_prompt in replies]


def same(replies: Replies, times: int) -> None:
    """Print how p-values of one model's replies lie."""
    drawn, found = random.Random(1), []
    for number in range(times):
        halves = [drawn.sample(of_prompt, KEPT_EACH + LOOKED_EACH) for of_prompt in replies]
        kept = [half[:KEPT_EACH] for half in halves]
        found.append(differ(kept, [half[KEPT_EACH:] for half in halves], draws=999, seed=number).p_value)
    shares = ", ".join(
        f"{level:g}: {sum(p <= level for p in found) / times:.3f}" for level in (0.01, 0.05, 0.1, 0.5)
    )
    print(f"  same model, {times} looks: share of p at most {shares}")


def other(name: str, kept: Replies, now: Replies, times: int = 20) -> None:
    """Print how often another model is alarmed at, for fewer prompts and replies too."""
    drawn = random.Random(2)
    told = []
    for prompts in (5, 10, len(PROMPTS)):
        for each in (2, LOOKED_EACH):
            alarms = 0
            for number in range(times):
                asked = drawn.sample(range(len(PROMPTS)), prompts)
                first = [drawn.sample(kept[at], KEPT_EACH) for at in asked]
                second = [drawn.sample(now[at], each) for at in asked]
                alarms += differ(first, second, draws=DRAWS, seed=number).p_value <= LEVEL
            told.append(f"{prompts}×{each}: {alarms / times:.2f}")
    print(f"  {name}: alarms at {LEVEL:.0e} with prompts × replies {', '.join(told)}", flush=True)


async def demo() -> None:
    """Tell each of the demo's contestants from each other."""
    roster = declaration.read((ROOT / "models.yaml").read_text("utf-8")).roster
    with Demo(speed=1000) as running:
        async with VllmBackend({}) as backend:
            ones = running.resolved(roster).contestants
            said = [await ask(backend, one, 2) for one in ones]
    replies = [[of_prompt[:1] * (KEPT_EACH + LOOKED_EACH) for of_prompt in one] for one in said]
    steady = all(one == two for of_one in said for one, two in of_one)
    print(f"demo: every contestant says the same each time: {'yes' if steady else 'no'}")
    few, more = range(LOOKED_EACH), range(KEPT_EACH)
    found = [
        (left == right, differ(part(one, more), part(two, few), draws=DRAWS, seed=1).p_value <= LEVEL)
        for left, one in enumerate(replies)
        for right, two in enumerate(replies)
    ]
    for alike, name in ((True, "the same contestant"), (False, "another contestant")):
        alarms = [alarm for was, alarm in found if was == alike]
        print(f"  {name}: {sum(alarms)} alarms in {len(alarms)} looks")


async def vllm(each: int) -> None:
    """Tell SmolLM2 from itself, from itself changed, and from two other models."""
    os.environ[KEY] = secrets.token_urlsafe(24)
    declared = ROOT / "tests/vllm/models.yaml"
    smol, short, _ = declaration.read(declared.read_text("utf-8")).roster.contestants
    with tempfile.TemporaryDirectory() as folder:
        servers = [
            VllmServer(one.id, one.served_model, one.endpoints[0], declared, Path(folder))
            for one in (smol, short)
        ]
        with serving(servers):
            async with VllmBackend(os.environ) as backend:
                kept = await ask(backend, smol, each)
                looked = {
                    "four of thirty layers less": await ask(backend, short, LOOKED_EACH),
                    "another system prompt": await ask(backend, smol, LOOKED_EACH, system=PERSONA),
                    "temperature 1.0 for 0.7": await ask(
                        backend, smol, LOOKED_EACH, replace(HONEST, temperature=Decimal(1))
                    ),
                    "top_p 1.0 for 0.95": await ask(
                        backend, smol, LOOKED_EACH, replace(HONEST, top_p=Decimal(1))
                    ),
                }
    print(f"SmolLM2-135M in vLLM, temperature 0.7, {TOKENS} tokens, {each} replies to each prompt")
    same(kept, 300)
    for name, now in looked.items():
        other(name, kept, now)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--vllm", action="store_true")
    parser.add_argument("--each", type=int, default=24)
    asked = parser.parse_args()
    asyncio.run(vllm(asked.each) if asked.vllm else demo())
