"""What the consoles' pages ask of the service at 1,000,000 votes, beside the bare SQL of the same questions.

    python -m tests.bench.console_pages [--votes 1000000] [--times 40] [--only sqlite|postgresql]

A published round is written behind the arena's back: battles, turns, votes, reasons, comments, guesses and
30 days of serving, on the real schema. Each use case is asked `--times` times, and each statement that it
sends is then sent once more by the bare driver, with its rows read to the end. Printed are the 95th
percentile of both and their ratio. The first line says how long the background took to count the whole
round from nothing, which a running server does as the votes come in.
"""

import argparse
import json
import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import psycopg
from sqlalchemy import create_engine, event, text

from arena.contest import declaration
from arena.contest.feedback import Reason
from arena.contest.own_answers import Wanted
from arena.contest.serving import Service
from arena.errors import Fault
from arena.identity.secrets import Secrets
from arena.identity.staff import AccountId, Role, Staff
from arena.service.round_health import RoundHealth
from arena.service.rounds import open_round
from arena.service.teams import Teams
from arena.store import schema, serving
from arena.store.serving import HOUR, MINUTE, Noted
from arena.store.session import Store
from tests.fakes import Chance
from tests.servers import ROOT, postgres

START = datetime(2026, 11, 1, tzinfo=UTC).timestamp()
DAYS = 30
VOTES_EACH = 20
BATCH = 50_000
PROMPT = "하늘은 왜 파란가요? 아이도 알 수 있게 설명해 주세요."
ANSWER = "햇빛이 공기를 지날 때 파란빛이 더 많이 흩어지기 때문입니다. 그래서 어느 쪽을 보아도 파랗습니다."
COMMENTS = ("근거가 분명하고 계산이 정확합니다", "말투가 어색합니다", "너무 길어서 핵심이 보이지 않습니다")

Rows = dict[str, list[tuple[object, ...]]]


def now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


def made(round_id: str, ids: list[str], categories: list[str], begin: int, end: int, first: int) -> Rows:
    """Make the rows of the battles from `begin` to `end`, whose votes are entries from `first` on."""
    rows: Rows = {
        name: [] for name in ("ledger", "battles", "turns", "votes", "feedback", "guesses", "voids")
    }
    for number in range(begin, end):
        draw = random.Random(number)
        battle, voter = draw.randbytes(16).hex(), f"{number // VOTES_EACH:026x}"
        side_a, side_b = draw.sample(ids, 2)
        asked = START + number * DAYS * 86_400 / 1_000_000
        voided = draw.random() < 0.03
        stage, reason = ("void", "reply_failed") if voided else ("voted", None)
        heads = (battle, round_id, "open", number, side_a, side_b, voter, draw.choice(categories), "ko")
        rows["battles"].append((*heads, stage, reason, asked, asked + 60))
        replies = (ANSWER, ANSWER + str(number), b"a", b"b", asked, asked + draw.uniform(3, 20))
        rows["turns"].append((battle, 1, f"{PROMPT} {number}", b"s", *replies))
        sequence = first + number
        rows["ledger"].append((sequence, b"{}", ""))
        if voided:
            rows["voids"].append((battle, side_a, draw.choice(list(Fault)).value, sequence))
            continue
        verdict = draw.choice(["a", "a", "b", "b", "tie", "both_bad"])
        minute = asked // 60 * 60
        rows["votes"].append((battle, round_id, voter, number % VOTES_EACH + 1, verdict, sequence, minute))
        if draw.random() < 0.2:
            tags = [json.dumps([draw.choice(list(Reason))]) for _ in range(2)]
            comment = draw.choice(COMMENTS) if draw.random() < 0.5 else ""
            rows["feedback"].append((battle, *tags, comment, asked))
            rows["guesses"].append((battle, draw.choice(["", *ids]), draw.choice(["", *ids]), asked))
    return rows


def to_sqlite(url: str, batches: Iterator[Rows]) -> None:
    """Write rows by the bare driver."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute("PRAGMA synchronous=OFF")
    for rows in batches:
        for table, lines in rows.items():
            if lines:
                marks = ",".join("?" * len(lines[0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", lines)
        connection.commit()
    connection.execute("ANALYZE")
    connection.close()


def to_postgresql(url: str, batches: Iterator[Rows]) -> None:
    """Write rows by COPY, without asking for what they refer to."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for rows in batches:
            for table, lines in rows.items():
                with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                    for line in lines:
                        copy.write_row(line)
        connection.execute("ANALYZE")


def served(ids: list[str]) -> Iterator[Noted]:
    """Give what two endpoints of each contestant served: hours of the round, minutes of two days."""
    firsts = (50, 30, 10, 5, 2, 1, 1, 1, 0, 0, 0, 0, 0)
    service = Service(100, 97, 1, 30_000, 900.0, firsts, {Fault.STALLED: 2})
    last = int(now().timestamp())
    for contestant in ids:
        for endpoint in ("http://10.0.0.1:8000", "http://10.0.0.2:8000"):
            for back in range(0, DAYS * 24 * HOUR, HOUR):
                yield Noted(contestant, endpoint, last - back, service)
            for back in range(0, 48 * HOUR, MINUTE):
                yield Noted(contestant, endpoint, last - back, service)


class Bench:
    """One database with a published round."""

    def __init__(self, name: str, url: str, votes: int, folder: Path) -> None:
        self.name, self.store = name, Store(url)
        schema.migrate(self.store)
        self.contest = declaration.read((ROOT / "models.yaml").read_text("utf-8"))
        open_round(self.store, self.contest, Secrets(folder / name), now, Chance(), "")
        ids, rules = list(self.contest.roster.ids), self.contest.rules
        begun = perf_counter()
        batches = (
            made(rules.round_id, ids, list(rules.categories), at, min(at + BATCH, votes), 1_000)
            for at in range(0, votes, BATCH)
        )
        (to_sqlite if self.store.is_sqlite else to_postgresql)(url, batches)
        with self.store.writing() as connection:
            serving.add(connection, rules.round_id, served(ids))
            connection.execute(text("UPDATE rounds SET phase = 'published'"))
        self.filled = perf_counter() - begun
        self.evaluator = Staff(AccountId("E" * 26), "evaluator", Role.EVALUATOR)
        self.team = Staff(AccountId("T" * 26), "team", Role.TEAM, ids[0])
        self.health = RoundHealth(self.store, self.contest, now)
        self.teams = Teams(self.store, self.contest, now)

    def use_cases(self) -> dict[str, Callable[[], object]]:
        """Name what the pages ask."""
        team, teams = self.team, self.teams
        return {
            "health of the round": lambda: self.health.look(self.evaluator),
            "team: serving by minute": lambda: teams.serving(team, MINUTE),
            "team: serving by hour": lambda: teams.serving(team, HOUR),
            "team: answers, first page": lambda: teams.answers(team),
            "team: answers of a category": lambda: teams.answers(team, Wanted(category="law")),
            "team: answers with a reason": lambda: teams.answers(team, Wanted(reason="creative")),
            "team: search that finds nothing": lambda: teams.answers(team, Wanted(text="없는 말")),
            "team: summary": lambda: teams.summary(team),
        }

    def background(self) -> dict[str, float]:
        """Time what happens beside the pages."""
        timed = {}
        for name, work in (
            ("counting all from nothing", self._count),
            ("measuring blindness", self.health.measure),
            ("summaries of all teams", self.teams.prepare),
        ):
            begun = perf_counter()
            work()
            timed[name] = perf_counter() - begun
        return timed

    def _count(self) -> None:
        while self.health.count():
            pass

    def asked(self, act: Callable[[], object]) -> list[tuple[str, object]]:
        """Give the statements that a use case sends, with what they are sent with."""
        heard: list[tuple[str, object]] = []

        def hear(_c: object, _cursor: object, statement: str, given: object, *_: object) -> None:
            if statement.startswith(("SELECT", "WITH")):
                heard.append((statement, given))

        event.listen(self.store.engine, "before_cursor_execute", hear)
        act()
        event.remove(self.store.engine, "before_cursor_execute", hear)
        return heard

    def bare(self, heard: list[tuple[str, object]]) -> float:
        """Send statements by the driver alone, in one transaction, and read what comes."""
        connection = self.store.engine.raw_connection()
        try:
            cursor = connection.cursor()
            begun = perf_counter()
            cursor.execute("BEGIN")
            for statement, given in heard:
                cursor.execute(statement, given)
                cursor.fetchall()
            cursor.execute("COMMIT")
            return perf_counter() - begun
        finally:
            connection.close()


def p95(times: list[float]) -> float:
    """Give the 95th percentile."""
    return sorted(times)[max(0, -(-95 * len(times) // 100) - 1)]


def show(bench: Bench, times: int) -> None:
    """Print what a database takes."""
    said = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in bench.background().items())
    print(f"{bench.name}: filled in {bench.filled:.0f} s; {said}", flush=True)
    for name, act in bench.use_cases().items():
        heard = bench.asked(act)
        ours, bare = [], []
        for _ in range(times):
            begun = perf_counter()
            act()
            ours.append(perf_counter() - begun)
            bare.append(bench.bare(heard))
        mine, theirs = p95(ours), p95(bare)
        print(
            f"{bench.name:<10} {name:<34} p95 {1000 * mine:>7.1f} ms   bare SQL {1000 * theirs:>7.1f} ms   "
            f"ratio {mine / theirs:.1f}",
            flush=True,
        )


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """Give an empty database of a kind."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/bench.db"
        return
    with postgres() as server:
        engine = create_engine(
            f"{server}/postgres".replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE bench"))
        engine.dispose()
        yield f"{server}/bench"


def main() -> None:
    """Print a line for each database and use case."""
    asked = argparse.ArgumentParser(description="What the consoles' pages ask at many votes.")
    asked.add_argument("--votes", type=int, default=1_000_000)
    asked.add_argument("--times", type=int, default=40)
    asked.add_argument("--only", choices=["sqlite", "postgresql"])
    given = asked.parse_args()
    for kind in [given.only] if given.only else ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory() as folder, database(kind, Path(folder)) as url:
            bench = Bench(kind, url, given.votes, Path(folder))
            show(bench, given.times)
            bench.store.close()


if __name__ == "__main__":
    main()
