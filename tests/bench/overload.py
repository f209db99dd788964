"""Ten times more citizens than the limits allow, for minutes: what they met. Exit 1 if a promise broke.

    python -m tests.bench.overload [--seconds 300] [--slots 40]

The arena answers `slots` battles at once and lets five times as many citizens wait; ten times as many come,
each asks for battle after battle as fast as she is let, reads both replies of 100 tokens and votes. At the
end all leave without a word, those in line too. Promised: who waits has a number and never a higher one
later; who cannot even wait is told so kindly; no other error, no HTML; every acknowledged vote is on record;
memory is flat; a newcomer is answered soon after the crowd has left; nobody is overtaken by whoever came
later than she did, except within the time between two questions (`Retry-After`).
"""

import argparse
import asyncio
import bisect
import itertools
import os
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from tests.bench import contenders
from tests.bench.contenders import Citizen, Contender, cpu_seconds, pss
from tests.bench.load_generator import PROMPT, Answer, Connection, Events, Lag, Seen
from tests.bench.mock_vllm import STAMP_EVERY
from tests.bench.streaming_table import spread

TOKENS = 100
KEPT_ALIVE = 3.0
"""Seconds of silence after which a client takes a new connection; uvicorn hangs up after five."""

CROWD, LINE = 10, 5
"""Citizens, and places in line, for each slot."""


@dataclass(slots=True)
class Met:
    """What the whole crowd met."""

    answers: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)  # promises
    admitted: list[tuple[int, float]] = field(default_factory=list)  # order of arrival, seconds waited
    arrivals: Iterator[int] = field(default_factory=itertools.count)
    votes: set[str] = field(default_factory=set)
    vote_times: list[float] = field(default_factory=list)
    firsts: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Visit:
    """One citizen of the crowd."""

    citizen: Citizen
    contender: Contender
    met: Met

    async def stay(self, end: float) -> None:
        """Have battles until the end."""
        while time.monotonic() < end:
            battle = await self._battle(end)
            if battle:
                await self._answered(battle)

    async def _battle(self, end: float) -> str:
        """Ask until there is a battle; the empty string when the time is over."""
        number, start, place = None, time.monotonic(), sys.maxsize
        while time.monotonic() < end:
            answer = await self._ask("POST", "/api/battles", {"prompt": PROMPT})
            if answer.status == 201:
                came = next(self.met.arrivals) if number is None else number
                self.met.admitted.append((came, time.monotonic() - start))
                return answer.said["battle"]
            if answer.status == 202:
                number = next(self.met.arrivals) if number is None else number
                place = self._placed(answer, place)
            await asyncio.sleep(int(answer.headers.get("retry-after", 5)))
        return ""

    def _placed(self, answer: Answer, before: int) -> int:
        """Check a place in the line and give it."""
        waiting = answer.said.get("waiting") or {}
        place = waiting.get("place", 0)
        self.met.broken["waits without a number"] += not (place > 0 and waiting.get("seconds", 0) > 0)
        self.met.broken["waits without being told when to ask"] += "retry-after" not in answer.headers
        self.met.broken["place got worse"] += place > before
        return place

    async def _answered(self, battle: str) -> None:
        seen = Seen()
        await self._ask("GET", f"/api/battles/{battle}/events", None, Events(seen))
        self.met.broken["reply not whole"] += not seen.whole(TOKENS, STAMP_EVERY)
        self.met.firsts += seen.first
        start = time.monotonic()
        answer = await self._ask("PUT", f"/api/battles/{battle}/vote", {"verdict": "a"})
        if answer.status == 200:
            self.met.votes.add(battle)
            self.met.vote_times.append(time.monotonic() - start)
        else:
            self.met.broken["vote not taken"] += 1

    async def _ask(self, method: str, path: str, body: dict | None, events: Events | None = None) -> Answer:
        try:
            connection = await self._connected()
            answer = await connection.ask(
                method, path, body, self.citizen.cookie, events.feed if events else None
            )
        except ConnectionError:
            self.met.broken["connection lost"] += 1
            return Answer()
        kind = answer.headers.get("content-type", "")
        code = answer.said.get("error", "") if answer.status >= 400 and "json" in kind else ""
        self.met.answers[f"{method} {answer.status} {code}".strip()] += 1
        self.met.broken["HTML"] += "html" in kind
        kindly = answer.status == 503 and code == "too_busy" and "retry-after" in answer.headers
        self.met.broken["error"] += answer.status >= 400 and not kindly
        return answer

    async def _connected(self) -> Connection:
        """Give her connection; a new one where the server may hang up on the old one for its silence."""
        (connection,) = self.citizen.connections
        if connection.idle() > KEPT_ALIVE:
            connection.close()
            connection = await Connection.to(self.contender.port)
            self.citizen.connections = [connection]
        return connection


def overtaken(admitted: list[tuple[int, float]]) -> list[int]:
    """Tell for everyone admitted how many came after her and were admitted before."""
    earlier: list[int] = []
    counts = []
    for came, _ in admitted:  # in the order of admission
        counts.append(len(earlier) - bisect.bisect(earlier, came))
        bisect.insort(earlier, came)
    return counts


async def recovery(contender: Contender) -> tuple[float, float]:
    """Give the seconds until a newcomer is answered, and for the next one, who should not wait at all."""
    took = []
    for _ in range(2):
        start = time.monotonic()
        visit = Visit(await contender.citizen(), contender, Met())
        battle = await visit._battle(start + 120)
        took.append(time.monotonic() - start)
        if battle:
            await visit._answered(battle)
    return took[0], took[1]


async def crowd(contender: Contender, slots: int, seconds: float) -> tuple[Met, list[int]]:
    """Let the crowd in and out again; give what it met and the server's memory, kB, ten times."""
    met, memory = Met(), []
    visits = [Visit(await contender.citizen(), contender, met) for _ in range(CROWD * slots)]
    end = time.monotonic() + seconds
    staying = [asyncio.create_task(visit.stay(end)) for visit in visits]
    for _ in range(10):
        await asyncio.sleep(seconds / 10)
        memory.append(pss(contender.pids))
    done, left = await asyncio.wait(staying, timeout=0)
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    for task in done:
        task.result()
    for visit in visits:
        visit.citizen.connections[0].close()
    return met, memory


def on_record(folder: Path) -> set[str]:
    """Read the battles that have a vote out of the database."""
    with closing(sqlite3.connect(folder / "arena.db")) as connection:
        return {battle for (battle,) in connection.execute("SELECT battle FROM votes")}


async def measure(slots: int, seconds: float) -> bool:
    """Run the crowd and print; tell whether every promise held."""
    with (
        tempfile.TemporaryDirectory(prefix="arena-bench-") as place,
        contenders.mock(TOKENS, 40.0) as (port, _),
    ):
        folder = Path(place) / "arena"
        with contenders.arena(port, folder, "visible", slots, LINE * slots) as made:
            contender, lag = made(""), Lag()
            before = _cpu(contender)
            met, memory = await crowd(contender, slots, seconds)
            server, own = (
                100 * (now - then) / seconds for now, then in zip(_cpu(contender), before, strict=True)
            )
            late = spread(lag.stop())[1]
            newcomers = await recovery(contender)
        met.broken["acknowledged vote not on record"] = len(met.votes - on_record(folder))
    print(f"{CROWD * slots} citizens, {slots} slots, {LINE * slots} places in line, {seconds:g} s")
    print("\n".join(said(met, memory)))
    print("a newcomer is answered {:.1f} s after the crowd has left, the next at {:.1f} s".format(*newcomers))
    print(f"server {server:.0f} % of a core, generator {own:.0f} %, woken {late:.0f} ms late (p99)")
    return not +met.broken


def _cpu(contender: Contender) -> tuple[float, float]:
    return cpu_seconds(contender.pids), cpu_seconds([os.getpid()])


def said(met: Met, memory: list[int]) -> Iterator[str]:
    """Write what the crowd met."""
    waits = spread([waited for _, waited in met.admitted])
    first, vote = spread(met.firsts), spread(met.vote_times)
    passed = sorted(overtaken(met.admitted)) or [0]
    typical, most, worst = passed[len(passed) // 2], passed[len(passed) * 99 // 100], passed[-1]
    yield "answers: " + ", ".join(f"{kind}: {count}" for kind, count in sorted(met.answers.items()))
    yield f"battles {len(met.admitted)}, votes acknowledged {len(met.votes)}, after {vote[1]:.0f} ms (p99)"
    yield f"added first token p50 / p99 {first[0]:.0f} / {first[1]:.0f} ms"
    yield f"waits p50 / p99 {waits[0] / 1000:.1f} / {waits[1] / 1000:.1f} s"
    yield f"overtaken by later arrivals p50 / p99 / at most {typical} / {most} / {worst}"
    tenths = ", ".join(f"{kb / 1000:.0f}" for kb in memory)
    yield f"server's memory each tenth of the time, MB: {tenths}; last / second {memory[-1] / memory[1]:.2f}"
    broken = ", ".join(f"{promise} {count}" for promise, count in (+met.broken).items())
    yield f"broken promises: {broken or 'none'}"


def main() -> None:
    """Measure; exit 1 where a promise was broken."""
    asked = argparse.ArgumentParser(description="Ten times more citizens than the limits allow.")
    asked.add_argument("--seconds", type=float, default=300)
    asked.add_argument("--slots", type=int, default=40)
    given = asked.parse_args()
    sys.exit(0 if uvloop.run(measure(given.slots, given.seconds)) else 1)


if __name__ == "__main__":
    main()
