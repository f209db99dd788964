"""What streaming costs the server, beside two limits in the same run. Prints a table in Markdown.

    python -m tests.bench.streaming_cost [--quick] [--passes 3] [--levels 20 50 100]

A battle is two replies of 300 tokens at 40 tokens a second (`mock_vllm`), one vote in the arena. Contenders
take turns in every pass, each with as many battles open at once as the level says; the medians of the passes
are printed, with servers started anew for every pass (three passes take some nine minutes). CPU is user and
system time of the server's processes; what of it is streaming is measured while all are open and none begins
or ends. Where speed is hidden, replies leave at a reader's pace and take three times as long. Added time is
arrival at the client less emission at the mock, of the first token of each side and of later ones; a gap is
the time between two events that carry text (without arena: between two pieces of one reply). The first line
says how busy generator and mock were: delays are theirs where the generator wakes late.
"""

import argparse
import asyncio
import contextlib
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import uvloop

from tests.bench import contenders
from tests.bench.contenders import Citizen, Contender, cpu_seconds, pss
from tests.bench.load_generator import Lag, Seen
from tests.bench.streaming_table import LIMIT, Run, Runs, Size, rows, spread, turns_lines

SPEED = 40.0
"""Tokens a second."""

COMING = 25
"""Citizens who come in a second; as many leave. 100 open battles of 7.5 s are 13 a second."""

T = TypeVar("T")

TEXT, RENDERED = "arena, visible, text", "arena, visible, rendered"
PLAN = {20: (LIMIT, TEXT), 100: (LIMIT, TEXT, RENDERED)}
"""Who is measured at a level; everybody at the others."""

QUERIES = {"visible": ("", "?render=html"), "hidden": ("?render=html",)}
"""How the events of a round of each kind of speed are read; of hidden ones, as the page reads them."""

TURNS = {(20, TEXT): 4}
"""Who goes on for how many turns at which level."""


async def battles(contender: Contender, count: int, turns: int = 1, tokens: int = 0) -> Run:
    """Let citizens have a battle each, in step from turn to turn; those of several turns vote apart."""
    citizens = await asyncio.gather(*(contender.citizen() for _ in range(count)))
    run, used, empty = Run(), partial(cpu_seconds, contender.pids), pss(contender.pids)
    for _ in range(turns):
        before = used()
        having = _each(citizens, partial(_turn, contender, vote=turns == 1))
        await asyncio.sleep(count / COMING + 0.5)
        run.memory = (pss(contender.pids) - empty) / count
        streaming, left = used(), tokens / SPEED - count / COMING - 1.0
        if left > 0.5:
            await asyncio.sleep(left)
            run.streaming = (used() - streaming) / left
        run.seen += await asyncio.gather(*having)
        run.cpu.append(used() - before)
    before = used()
    if turns > 1:
        await asyncio.gather(*_each(citizens, Citizen.vote))
    run.voting = used() - before
    run.streaming *= max(tokens / SPEED, statistics.median(seen.last - seen.begun for seen in run.seen))
    run.votes = [citizen.voted for citizen in citizens] if contender.arena else []
    for connection in (connection for citizen in citizens for connection in citizen.connections):
        connection.close()
    return run


def _each(
    citizens: Sequence[Citizen], act: Callable[[Citizen], Coroutine[None, None, T]]
) -> list[asyncio.Task[T]]:
    """Let citizens begin one after the other."""

    async def later(number: int, citizen: Citizen) -> T:
        await asyncio.sleep(number / COMING)
        return await act(citizen)

    return [asyncio.create_task(later(*one)) for one in enumerate(citizens)]


async def _turn(contender: Contender, citizen: Citizen, *, vote: bool) -> Seen:
    seen = await citizen.turn(contender)
    if vote and contender.arena:
        await citizen.vote()
    return seen


@contextlib.contextmanager
def everybody(mock_port: int, folder: Path) -> Iterator[dict[str, Contender]]:
    """Run every contender."""
    with contextlib.ExitStack() as running:
        found = [
            running.enter_context(contenders.nginx(mock_port, folder)),
            running.enter_context(contenders.relay(mock_port)),
        ]
        for speed, queries in QUERIES.items():
            made = running.enter_context(contenders.arena(mock_port, folder / speed, speed))
            found += [made(query) for query in queries]
        yield {contender.name: contender for contender in found}


async def one_pass(found: dict[str, Contender], size: Size, runs: Runs) -> None:
    """Measure everybody once at each level."""
    # What is imported or allocated once is not a battle's.
    await asyncio.gather(*(battles(found[name], 3) for name in (LIMIT, TEXT, RENDERED)))
    for level in size.levels:
        for name in PLAN.get(level, found):
            turns = TURNS.get((level, name), 1)
            runs[level, name].append(await battles(found[name], level, turns, size.tokens))


async def measure(size: Size) -> Runs:
    """Run all passes and say how busy generator and mock were."""
    runs: Runs = defaultdict(list)
    loop = asyncio.get_running_loop()
    with contenders.mock(size.tokens, SPEED) as (port, pid):
        lag, start, own, mocks = Lag(), loop.time(), cpu_seconds([os.getpid()]), cpu_seconds([pid])
        for _ in range(size.passes):
            with tempfile.TemporaryDirectory(prefix="arena-bench-") as folder:
                flush = flushing(Path(folder))
                with everybody(port, Path(folder)) as found:
                    await one_pass(found, size, runs)
        wall = loop.time() - start
        late = spread(lag.stop())
        print(
            f"generator: {100 * (cpu_seconds([os.getpid()]) - own) / wall:.0f} % of a core, "
            f"wakes {late[0]:.1f} / {late[1]:.1f} ms late (p50 / p99); "
            f"mock: {100 * (cpu_seconds([pid]) - mocks) / wall:.0f} % of a core; {wall:.0f} s"
            f", a flush of the disk takes {flush:.1f} ms"
            + ("  SATURATED: delays are the generator's own" if late[1] > 20 else "")
        )
    return runs


def flushing(folder: Path) -> float:
    """Give the milliseconds that a write which lasts takes; no vote can be acknowledged faster."""
    took = []
    with (folder / "flush").open("wb", buffering=0) as file:
        for _ in range(50):
            start = time.monotonic()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            took.append(time.monotonic() - start)
    return 1000 * statistics.median(took)


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description="Server CPU, memory and delays of streamed battles.")
    asked.add_argument("--quick", action="store_true", help="one level, one pass, 200 tokens")
    asked.add_argument("--passes", type=int, default=3)
    asked.add_argument("--levels", type=int, nargs="+", default=[20, 50, 100])
    given = asked.parse_args()
    size = Size(200, [50], 1) if given.quick else Size(300, given.levels, given.passes)
    runs = uvloop.run(measure(size))
    print("\n" + "\n".join([*rows(runs, size), "", *turns_lines(runs)]))


if __name__ == "__main__":
    main()
