"""A contestant's own answers, and what citizens said of them; counts are made by the database.

Law: `answers` reads nothing that came after an answer, unless it is asked `told`.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    and_,
    case,
    distinct,
    func,
    literal,
    null,
    or_,
    select,
)

from arena.contest.contest import Scope
from arena.contest.feedback import Reason
from arena.contest.own_answers import Answer, Wanted
from arena.contest.roster import ContestantId
from arena.contest.rules import RoundId, Verdict
from arena.store.battles import ERASED
from arena.store.exclusions import EXCLUDED, REMOVED, WITHDRAWN, within
from arena.store.hints import unindexed
from arena.store.tables import battles, feedback, turns, votes

LOOKED_AT = 10_000
"""Battles that are looked through for one page, so that a rare word is no long search."""
PAGE = 50
MOST_COMMENTS = 20_000


@dataclass(frozen=True, slots=True)
class Said:
    """How many votes say something, and how many citizens cast them."""

    votes: int
    voters: int


def answers(
    connection: Connection,
    round_id: RoundId,
    contestant: ContestantId,
    wanted: Wanted,
    after: str = "",
    *,
    told: bool = False,
    verdicts: bool = False,
) -> tuple[tuple[Answer, ...], str]:
    """Read a page of answers after a place, in an order that means nothing, and the place of the next page.

    The place is "" at the end. A page may be empty though more follow: a part of the record is looked
    through at a time. Once that may be `told`, reasons and comment stand beside each answer, and with
    `verdicts` how it fared.
    """
    end = connection.execute(
        select(battles.c.id).where(battles.c.id > after).order_by(battles.c.id).limit(1).offset(LOOKED_AT)
    ).scalar()
    own = _own_side(contestant)
    fate = _fate(contestant) if verdicts else literal("")
    said = (feedback.c.comment, own(feedback.c.reasons_a, feedback.c.reasons_b), fate)
    columns = said if told else (literal(""), literal("[]"), literal(""))
    query = (
        select(
            battles.c.id,
            battles.c.category,
            battles.c.language,
            battles.c.track,
            turns.c.turn,
            turns.c.prompt,
            own(turns.c.reply_a, turns.c.reply_b).label("answer"),
            *(column.label(name) for column, name in zip(columns, ("comment", "tags", "fate"), strict=True)),
        )
        .select_from(_told() if told else _plain())
        .where(battles.c.id > after, *_mine(connection, round_id, contestant), *_meant(contestant, wanted))
        .order_by(battles.c.id, turns.c.turn)
        .limit(PAGE + 1)
    )
    if end is not None:
        query = query.where(battles.c.id <= end)
    return _page(connection.execute(query).all(), end or "")


def _page(rows: Sequence[Row[Any]], end: str) -> tuple[tuple[Answer, ...], str]:
    """Cut a page where a battle ends, so that the next one begins with a whole one."""
    if len(rows) > PAGE:
        rows = [row for row in rows if row.id != rows[-1].id]
        end = rows[-1].id
    return tuple(_answer(row) for row in rows), end


def _answer(row: Row[Any]) -> Answer:
    return Answer(
        category=row.category,
        language=row.language,
        track=row.track,
        turn=row.turn,
        prompt=row.prompt,
        answer=row.answer,
        reasons=tuple(Reason(tag) for tag in json.loads(row.tags or "[]")),
        comment=row.comment or "",
        verdict=row.fate or "",
    )


def by_category(
    connection: Connection, round_id: RoundId, contestant: ContestantId, scope: Scope
) -> dict[tuple[str, str], Said]:
    """Count the votes that count by category and how the contestant fared."""
    return _fates(connection, round_id, contestant, scope, battles.c.category)


def by_opponent(
    connection: Connection, round_id: RoundId, contestant: ContestantId, scope: Scope
) -> dict[tuple[str, str], Said]:
    """Count the votes that count by opponent and how the contestant fared."""
    other = _own_side(contestant)(battles.c.side_b, battles.c.side_a)
    return _fates(connection, round_id, contestant, scope, other)


def reasons_by_category(
    connection: Connection, round_id: RoundId, contestant: ContestantId
) -> dict[tuple[str, Reason], Said]:
    """Count the reasons given for or against the contestant's answers by category."""
    tags = _own_side(contestant)(feedback.c.reasons_a, feedback.c.reasons_b)
    counts: list[ColumnElement[int]] = []
    for reason in Reason:
        given = tags.contains(f'"{reason.value}"')
        counts += [
            func.sum(case((given, 1), else_=0)),
            func.count(distinct(case((given, votes.c.voter), else_=null()))),
        ]
    joined = feedback.join(votes, votes.c.battle == feedback.c.battle).join(
        battles, battles.c.id == feedback.c.battle
    )
    query = (
        select(battles.c.category, *counts)
        .select_from(joined)
        .where(*_of(connection, round_id, contestant), ~WITHDRAWN)
        .group_by(battles.c.category)
    )
    return {
        (category, reason): Said(int(numbers[2 * place]), int(numbers[2 * place + 1]))
        for category, *numbers in connection.execute(query)
        for place, reason in enumerate(Reason)
    }


def comments(connection: Connection, round_id: RoundId, contestant: ContestantId) -> list[tuple[str, str]]:
    """Read voter and text of comments beside the contestant's battles, of a part that means nothing."""
    joined = feedback.join(votes, votes.c.battle == feedback.c.battle).join(
        battles, battles.c.id == feedback.c.battle
    )
    query = (
        select(votes.c.voter, feedback.c.comment)
        .select_from(joined)
        .where(*_of(connection, round_id, contestant), feedback.c.comment != "", ~WITHDRAWN)
        .order_by(feedback.c.battle)
        .limit(MOST_COMMENTS)
    )
    return [(voter, text) for voter, text in connection.execute(query)]


def _fates(
    connection: Connection,
    round_id: RoundId,
    contestant: ContestantId,
    scope: Scope,
    key: ColumnElement[str],
) -> dict[tuple[str, str], Said]:
    fate = _fate(contestant)
    query = (
        select(key, fate, func.count(), func.count(distinct(votes.c.voter)))
        .select_from(votes.join(battles, battles.c.id == votes.c.battle))
        .where(*_of(connection, round_id, contestant), *_counting(scope))
        .group_by(key, fate)
    )
    return {(name, how): Said(n, voters) for name, how, n, voters in connection.execute(query)}


def _counting(scope: Scope) -> list[ColumnElement[bool]]:
    return [*within(scope), ~WITHDRAWN, ~EXCLUDED, ~REMOVED]


def _plain() -> FromClause:
    return battles.join(turns, turns.c.battle == battles.c.id)


def _told() -> FromClause:
    cast = _plain().outerjoin(votes, and_(votes.c.battle == battles.c.id, ~WITHDRAWN))
    return cast.outerjoin(feedback, feedback.c.battle == votes.c.battle)


def _own_side(contestant: ContestantId) -> Callable[[Any, Any], ColumnElement[Any]]:
    return lambda on_a, on_b: case((battles.c.side_a == contestant, on_a), else_=on_b)


def _fate(contestant: ContestantId) -> ColumnElement[str]:
    """Give how the contestant fared: its side is better or the other, or what was said of both."""
    better = (votes.c.verdict == Verdict.A.value) == (battles.c.side_a == contestant)
    both = votes.c.verdict.in_([Verdict.TIE.value, Verdict.BOTH_BAD.value])
    return case((both, votes.c.verdict), (votes.c.verdict.is_(None), null()), (better, "won"), else_="lost")


def _of(connection: Connection, round_id: RoundId, contestant: ContestantId) -> list[ColumnElement[bool]]:
    """Of the contestant's battles with others in a round; no index on rounds is to be taken."""
    return [
        unindexed(connection, battles.c.round) == round_id,
        or_(battles.c.side_a == contestant, battles.c.side_b == contestant),
        battles.c.side_a != battles.c.side_b,
    ]


def _mine(connection: Connection, round_id: RoundId, contestant: ContestantId) -> list[ColumnElement[bool]]:
    there = (turns.c.reply_a.is_not(None), turns.c.prompt != ERASED)
    return [*_of(connection, round_id, contestant), *there]


def _holds(column: ColumnElement[Any], searched: str) -> ColumnElement[bool]:
    """Tell of a text that it holds another, large or small letters alike.

    Where there are neither, as in Korean, the text is not made small first, which takes PostgreSQL most of
    its time.
    """
    if searched.lower() == searched.upper():
        return column.contains(searched, autoescape=True)
    return column.icontains(searched, autoescape=True)


def _meant(contestant: ContestantId, wanted: Wanted) -> list[ColumnElement[bool]]:
    own = _own_side(contestant)
    conditions: dict[str, ColumnElement[bool]] = {
        "category": battles.c.category == wanted.category,
        "language": battles.c.language == wanted.language,
        "track": battles.c.track == wanted.track,
        "text": or_(
            _holds(turns.c.prompt, wanted.text), _holds(own(turns.c.reply_a, turns.c.reply_b), wanted.text)
        ),
        "reason": own(feedback.c.reasons_a, feedback.c.reasons_b).contains(f'"{wanted.reason}"'),
        "commented": feedback.c.comment != "",
        "verdict": _fate(contestant) == wanted.verdict,
    }
    given = {name for name, value in asdict(wanted).items() if value}
    return [condition for name, condition in conditions.items() if name in given]
