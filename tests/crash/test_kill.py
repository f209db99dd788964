"""A server that dies at any moment under load loses no vote it has acknowledged, and its record verifies.

`ARENA_CRASH_CYCLES` sets how often the servers of each database are killed, 25 times on each record;
`make long` asks for more than the tests do.
"""

import os
import queue
import random
import secrets
import sqlite3
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest

from arena.contest import declaration
from arena.contest.battle import Side
from arena.identity.secrets import Secrets
from arena.service.citizens import CONSENT, Citizens
from arena.service.log_keys import LogKeys
from arena.service.rounds import open_round
from arena.settings import read
from arena.store import schema
from arena.store.session import Store
from arena.web.guard import COOKIE
from tests.crash.checking import now, verified
from tests.forked import ForkedArena
from tests.servers import ROOT

LONG = "ARENA_CRASH_CYCLES" in os.environ
CYCLES = {"sqlite": 5, "postgresql": 3}
CYCLES_OF_A_RECORD = 25
RECORDS = max(1, int(os.environ.get("ARENA_CRASH_CYCLES", "0")) // CYCLES_OF_A_RECORD)
WAITING = 40
"""Battles that wait for their vote, for each cycle."""

VOTING, ASKING = 4, 2

KILLED_STARTING = 0.2
"""How often a server is killed before it is ready, too."""


@dataclass(frozen=True)
class Waiting:
    """A battle that waits for its vote, its citizen's token, and what she will say."""

    battle: str
    token: str
    verdict: str


def waiting(database_url: str, folder: Path, count: int) -> list[Waiting]:
    """Bring battles to the point where they wait for a vote, each of a citizen of her own."""
    contest = declaration.read((ROOT / "models.yaml").read_text("utf-8"))
    store, kept, random_ = Store(database_url), Secrets(folder / "secrets"), secrets.token_bytes
    schema.migrate(store)
    keys = LogKeys(store, kept, read({}).origin, now, random_)
    round_ = open_round(store, contest, kept, now, random_, keys.in_force(make=True))
    citizens = Citizens(store, round_, kept.get("citizen.key"), now, random_)
    made = []
    for number in range(count):
        token = citizens.consent(None, CONSENT)
        voter = citizens.voter(token)
        battle = citizens.open_battle(citizens.new_battle_id(), voter, "질문", "general", "ko")
        citizens.answered(battle.id, {Side.A: "가", Side.B: "나"})
        made.append(Waiting(battle.id, token, ("a", "b", "tie", "both_bad")[number % 4]))
    store.close()
    return made


class Load:
    """Citizens who vote as fast as the server takes it, and others who ask, until it is gone."""

    def __init__(self, url: str, left: "queue.Queue[Waiting]", acknowledged: dict[str, tuple[str, int]]):
        self.url, self.left, self.acknowledged = url, left, acknowledged
        work = [self._vote] * VOTING + [self._ask] * ASKING
        self.threads = [threading.Thread(target=self._until_gone, args=(what,)) for what in work]
        self.before = len(acknowledged)
        for thread in self.threads:
            thread.start()

    def wait(self, votes: int, seconds: float) -> None:
        """Wait until so many votes more are acknowledged, and a moment longer."""
        given_up = time.monotonic() + 20
        while len(self.acknowledged) - self.before < votes and time.monotonic() < given_up:
            time.sleep(0.001)
        time.sleep(seconds)

    def join(self) -> None:
        """Wait until every citizen has noticed that the server is gone."""
        for thread in self.threads:
            thread.join(60)

    def _until_gone(self, what) -> None:
        try:
            while True:
                what()
        except (httpx.HTTPError, queue.Empty):
            return

    def _vote(self) -> None:
        one = self.left.get_nowait()
        try:
            answer = httpx.put(
                f"{self.url}/api/battles/{one.battle}/vote",
                json={"verdict": one.verdict},
                cookies={COOKIE: one.token},
                timeout=20,
            )
        except httpx.HTTPError:
            self.left.put(one)  # not acknowledged: she will try again
            raise
        if answer.status_code == 200:
            self.acknowledged[one.battle] = (one.verdict, answer.json()["index"])

    def _ask(self) -> None:
        with httpx.Client(base_url=self.url, timeout=20) as client:
            client.post("/api/me", json={"consent": CONSENT})
            asked = client.post("/api/battles", json={"prompt": "하늘은 왜 파란가요?"}).json()
            with client.stream("GET", f"/api/battles/{asked['battle']}/events") as stream:
                stream.read()


def rows(database: str, query: str) -> list[tuple]:
    """Read the database behind the server's back, with the plain driver."""
    if database.startswith("postgresql"):
        with psycopg.connect(database) as connection:
            return connection.execute(query).fetchall()
    connection = sqlite3.connect(database.removeprefix("sqlite:///"))
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def kill_while_it_starts(arena: ForkedArena, chance: random.Random) -> None:
    """Kill the server at a moment before it is ready, when it puts in order what the last death left."""
    arena.process = arena.launch()
    time.sleep(1.5 * chance.random())
    arena.kill()


@pytest.mark.parametrize("record", range(RECORDS))
def test_killed_under_load(database_url, tmp_path, record):
    """Killed again and again under load, the arena has every vote it answered 200 to, once, as cast.

    After every death its record, exported, verifies.
    """
    database = "postgresql" if database_url.startswith("postgresql") else "sqlite"
    cycles = CYCLES_OF_A_RECORD if LONG else CYCLES[database]
    left: queue.Queue[Waiting] = queue.Queue()
    for one in waiting(database_url, tmp_path, cycles * WAITING):
        left.put(one)
    arena = ForkedArena(tmp_path, ARENA_DATABASE_URL=database_url, ARENA_DEMO_SPEED="500")
    acknowledged: dict[str, tuple[str, int]] = {}
    chance, interrupted = random.Random(7 + record), 0

    for _ in range(cycles):
        if chance.random() < KILLED_STARTING:
            kill_while_it_starts(arena, chance)
        arena.start()
        load = Load(arena.url, left, acknowledged)
        load.wait(chance.randrange(1, WAITING // 2), chance.random() / 20)
        arena.kill()
        load.join()
        interrupted += left.qsize() > 0
        found = verified(database_url, tmp_path)
        assert found.exit_code == 0, found.kept

    votes = rows(database_url, "SELECT battle, verdict, sequence FROM votes")
    recorded = {battle: (verdict, sequence) for battle, verdict, sequence in votes}
    assert interrupted >= cycles // 2
    assert len(acknowledged) >= cycles
    assert len(recorded) == len(votes)
    assert {battle: recorded.get(battle) for battle in acknowledged} == acknowledged
    sequences = [one for (one,) in rows(database_url, "SELECT sequence FROM ledger ORDER BY sequence")]
    assert sequences == list(range(len(sequences)))

    arena.start()
    stages = {one for (one,) in rows(database_url, "SELECT DISTINCT stage FROM battles")}
    arena.stop()
    assert "answering" not in stages
