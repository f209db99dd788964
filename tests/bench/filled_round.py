"""A round of very many votes, written behind the arena's back on the real schema, as the arena would have.

Battles, turns, votes, reasons, comments, guesses, acts of staff with their entries on the ledger, and 30 days
of serving. Of a battle only its vote or void stands on the ledger, so the tree and its checkpoints are real
and the seats cannot be checked: what is filled here is looked at and never exported.
"""

import json
import math
import random
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import text

from arena.composition.opening import Opened, now, opened
from arena.contest.battle import BattleId
from arena.contest.feedback import Reason
from arena.contest.lifecycle import Phase
from arena.contest.serving import Service
from arena.errors import Fault
from arena.ledger import payloads
from arena.ledger.canonical import canonical
from arena.ledger.entries import SALT_BYTES, EntryType, Payload, entry
from arena.service import steps
from arena.service.notary import Notary
from arena.service.pen import Pen
from arena.settings import Settings
from arena.store import record, rounds, serving
from arena.store.serving import HOUR, MINUTE, Noted
from arena.store.session import Store

DAYS = 30
VOTES_EACH = 20
BATCH = 50_000
VOIDED, SAYING = 0.03, 0.2
"""Of the battles, and of the votes that something is said beside."""

PROMPT = "하늘은 왜 파란가요? 아이도 알 수 있게 설명해 주세요."
ANSWER = "햇빛이 공기를 지날 때 파란빛이 더 많이 흩어지기 때문입니다. 그래서 어느 쪽을 보아도 파랗습니다."
COMMENTS = ("근거가 분명하고 계산이 정확합니다", "말투가 어색합니다", "너무 길어서 핵심이 보이지 않습니다")
ACTS = ("sign_in", "export", "write_notice", "withdraw_notice", "drain_endpoint", "back_up", "give_scores")

Rows = dict[str, list[tuple[object, ...]]]
TABLES = ("ledger", "openings", "battles", "turns", "votes", "feedback", "guesses", "voids", "audits")


@dataclass(frozen=True, slots=True)
class Size:
    """How many battles, and how many acts of staff."""

    battles: int
    acts: int


class Writer:
    """Makes the rows of a round, batch by batch, the ledger's after `first` entries."""

    def __init__(self, house: Opened, size: Size, first: int) -> None:
        """Write what `house` has opened full."""
        self._contest = house.round.contest
        self._size = size
        self._next = first
        self._begin = now() - timedelta(days=DAYS)
        self._chance = random.Random(1)
        ids = self._contest.roster.rated
        self._strength = {one: 0.2 * place for place, one in enumerate(ids)}
        self._voters = max(1, size.battles // VOTES_EACH)
        self._cast = [0] * self._voters
        self._rows: Rows = {}

    def batches(self) -> Iterator[Rows]:
        """Give the rows, tables in the order in which they refer to each other."""
        for begin in range(0, self._size.battles, BATCH):
            self._rows = {name: [] for name in TABLES}
            for number in range(begin, min(begin + BATCH, self._size.battles)):
                self._battle(number)
            yield self._rows
        self._rows = {name: [] for name in TABLES}
        for number in range(self._size.acts):
            self._act(number)
        yield self._rows

    def _entry(self, kind: EntryType, moment: datetime, payload: Payload) -> int:
        salt, sequence = self._chance.randbytes(SALT_BYTES), self._next
        made = entry(sequence, kind, moment, payload, salt)
        self._rows["ledger"].append((sequence, made.encoded(), made.leaf()))
        self._rows["openings"].append((sequence, salt, canonical(payload)))
        self._next += 1
        return sequence

    def _battle(self, number: int) -> None:
        draw, rows, round_id = self._chance, self._rows, self._contest.rules.round_id
        battle, voter = draw.randbytes(16).hex(), f"{number % self._voters:026x}"
        side_a, side_b = draw.sample(list(self._strength), 2)
        moment = self._begin + timedelta(days=DAYS * number / self._size.battles)
        asked, is_void = moment.timestamp(), draw.random() < VOIDED
        stage, reason = ("void", "reply_failed") if is_void else ("voted", None)
        category = draw.choice(self._contest.rules.categories)
        heads = (battle, round_id, "open", number, side_a, side_b, voter, category, "ko")
        rows["battles"].append((*heads, stage, reason, asked, asked + 60))
        replies = (ANSWER, ANSWER + str(number), b"a", b"b", asked, asked + draw.uniform(3, 20))
        rows["turns"].append((battle, 1, f"{PROMPT} {number}", b"s", *replies))
        if is_void:
            fault = draw.choice(list(Fault)).value
            said = {"battle": battle, "fault": fault, "reason": reason, "round": round_id, "side": "a"}
            entered = self._entry(EntryType.BATTLE_VOIDED, moment, said)
            rows["voids"].append((battle, side_a, fault, entered))
        else:
            self._vote(number, BattleId(battle), voter, (side_a, side_b), moment)

    def _vote(
        self, number: int, battle: BattleId, voter: str, sides: tuple[str, str], moment: datetime
    ) -> None:
        draw, rows, round_id = self._chance, self._rows, self._contest.rules.round_id
        self._cast[number % self._voters] += 1
        verdict, nth = self._verdict(*sides), self._cast[number % self._voters]
        said = {"battle": battle, "nth": nth, "receipt_salt": draw.randbytes(16).hex(), "round": round_id}
        said |= {"track": "open", "verdict": verdict, "voter": voter}
        sequence = self._entry(EntryType.VOTE_CAST, moment, said)
        minute = moment.timestamp() // 60 * 60
        rows["votes"].append((battle, round_id, voter, nth, verdict, sequence, minute))
        if draw.random() < SAYING:
            tags = [json.dumps([draw.choice(list(Reason))]) for _ in range(2)]
            comment = draw.choice(COMMENTS) if draw.random() < 0.5 else ""
            rows["feedback"].append((battle, *tags, comment, minute))
            guessed = [draw.choice(["", *self._strength]) for _ in range(2)]
            rows["guesses"].append((battle, *guessed, minute))

    def _verdict(self, side_a: str, side_b: str) -> str:
        draw = self._chance
        if draw.random() < 0.3:
            return draw.choice(["tie", "both_bad"])
        ahead = self._strength[side_a] - self._strength[side_b]
        return "a" if draw.random() < 1 / (1 + math.exp(-ahead)) else "b"

    def _act(self, number: int) -> None:
        draw, round_id = self._chance, self._contest.rules.round_id
        moment = self._begin + timedelta(days=DAYS, seconds=60 * number / max(1, self._size.acts))
        act = ACTS[number % len(ACTS)]
        who = (f"{'ABCDEFGH'[number % 8] * 26}", ("evaluator", "team", "operator")[number % 3])
        payload = payloads.audited(round_id, who, act, {"state": "in_use"}, {"number": number})
        sequence = self._entry(EntryType.AUDITED, moment, payload)
        done_at = (self._begin + timedelta(days=DAYS * draw.random())).timestamp()
        self._rows["audits"].append((sequence, round_id, act, *who, done_at))


def to_sqlite(file: str, batches: Iterator[Rows]) -> None:
    """Write rows by the bare driver."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        for rows in batches:
            for table, lines in rows.items():
                if lines:
                    marks = ",".join("?" * len(lines[0]))
                    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", lines)
            connection.commit()
        connection.execute("ANALYZE")
        connection.commit()


def to_postgresql(url: str, batches: Iterator[Rows]) -> None:
    """Write rows by COPY, without asking for what they refer to."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for rows in batches:
            for table, lines in rows.items():
                with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                    for line in lines:
                        copy.write_row(line)
        connection.execute("VACUUM ANALYZE")


def served(ids: list[str]) -> Iterator[Noted]:
    """Give what two endpoints of each contestant served: hours of the round, minutes of two days."""
    firsts = (50, 30, 10, 5, 2, 1, 1, 1, 0, 0, 0, 0, 0)
    service = Service(100, 97, 1, 30_000, 900.0, firsts, {Fault.STALLED: 2})
    last = int(now().timestamp())
    starts = [*range(0, DAYS * 24 * HOUR, HOUR), *range(0, 48 * HOUR, MINUTE)]
    for contestant in ids:
        for endpoint in ("http://10.0.0.1:8000", "http://10.0.0.2:8000"):
            yield from (Noted(contestant, endpoint, last - back, service) for back in starts)


def fill(chosen: Settings, size: Size) -> None:
    """Fill the database that `chosen` names, which is empty, up to a signed checkpoint of an open round."""
    with opened(chosen, serving=True) as house:
        with house.store.reading() as connection:
            first = record.tail(connection).size
        batches = Writer(house, size, first).batches()
        if house.store.is_sqlite:
            to_sqlite(chosen.database_url.removeprefix("sqlite:///"), batches)
        else:
            to_postgresql(chosen.database_url, batches)
        with house.store.writing() as connection:
            ids = list(house.round.contest.roster.ids)
            serving.add(connection, house.round.contest.rules.round_id, served(ids))
        Notary(house.store, house.keys, now).checkpoint()


def commit(chosen: Settings) -> None:
    """Close the round and commit to its result, as the steps of its life do."""
    with opened(chosen) as house:
        contest, round_id = house.round.contest, house.round.contest.rules.round_id
        seed = house.secrets.get(f"{round_id}.seed")
        with house.store.writing() as connection:
            kept: Any = rounds.find(connection, round_id)
            steps.close(Pen(connection, now(), secrets.token_bytes), kept, seed)
        with house.store.writing() as connection:
            steps.commit_result(Pen(connection, now(), secrets.token_bytes), contest)


def turn_to(store: Store, phase: Phase) -> None:
    """Put the round at a phase, so that one filling serves the measuring of several."""
    with store.writing() as connection:
        connection.execute(text("UPDATE rounds SET phase = :phase"), {"phase": phase.value})
