"""Battles and their turns, read and written as the domain's values."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Row, Select, and_, bindparam, insert, select, update

from arena.contest.battle import (
    LIVE,
    Battle,
    BattleId,
    Replies,
    Side,
    Stage,
    Turn,
    VoidReason,
    VoterId,
)
from arena.contest.picture import Picture
from arena.contest.roster import ContestantId
from arena.contest.rules import WITH_PICTURES, RoundId, Track, Verdict
from arena.store import pictures
from arena.store.tables import battles, turns, votes

ERASED = ""
"""What stands where a citizen has erased a text."""

# Statements of every battle: made once, they cost a quarter of what they cost made anew.
_INSERT_BATTLE = insert(battles)
_INSERT_TURN = insert(turns)
_PUT_REPLIES = (
    update(turns)
    .where(turns.c.battle == bindparam("of_battle"), turns.c.turn == bindparam("of_turn"))
    .returning(turns.c.prompt_salt)
)
_SAVE_STAGE = update(battles).where(battles.c.id == bindparam("of_battle"))
_LIVE = select(battles.c.id).where(
    battles.c.voter == bindparam("of_voter"), battles.c.stage.in_([stage.value for stage in LIVE])
)


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One line of a citizen's own record."""

    battle: BattleId
    prompt: str
    category: str
    stage: Stage
    verdict: Verdict | None
    opened_at: datetime


def insert_battle(connection: Connection, battle: Battle) -> None:
    """Write a new battle, without its turns."""
    row = {
        "id": battle.id,
        "round": battle.round_id,
        "track": battle.track.value,
        "number": battle.number,
        "side_a": battle.seats[Side.A],
        "side_b": battle.seats[Side.B],
        "voter": battle.voter,
        "category": battle.category,
        "language": battle.language,
        "stage": battle.stage.value,
        "opened_at": battle.opened_at.timestamp(),
        "changed_at": battle.opened_at.timestamp(),
    }
    connection.execute(_INSERT_BATTLE, row)


def insert_turn(connection: Connection, battle: Battle, salt: bytes, now: datetime) -> None:
    """Write the last turn of a battle, as it is asked."""
    row = {
        "battle": battle.id,
        "turn": len(battle.turns),
        "prompt": battle.turns[-1].prompt,
        "prompt_salt": salt,
        "asked_at": now.timestamp(),
    }
    connection.execute(_INSERT_TURN, row)
    pictures.attach(connection, battle)


def put_replies(
    connection: Connection, battle: Battle, replies: Replies, salts: dict[Side, bytes], now: datetime
) -> bytes:
    """Write both replies of the last turn, and give the salt of its prompt."""
    values = {
        "reply_a": replies[Side.A],
        "reply_b": replies[Side.B],
        "reply_salt_a": salts[Side.A],
        "reply_salt_b": salts[Side.B],
        "answered_at": now.timestamp(),
    }
    return bytes(connection.execute(_PUT_REPLIES, _last_turn(battle) | values).scalar_one())


def save_stage(connection: Connection, battle: Battle, now: datetime) -> None:
    """Write the stage of a battle, and why it is void if it is."""
    reason = battle.void_reason.value if battle.void_reason else None
    values = {"stage": battle.stage.value, "void_reason": reason, "changed_at": now.timestamp()}
    connection.execute(_SAVE_STAGE, {"of_battle": battle.id, **values})


def find(connection: Connection, battle_id: str) -> Battle | None:
    """Read a battle with its turns and verdict, or None."""
    row = connection.execute(_FOUND, {"of_battle": battle_id}).one_or_none()
    return None if row is None else battle_of(row, _turns(connection, row))


def live(connection: Connection, voter: VoterId) -> BattleId | None:
    """Find the battle of a citizen that can still go on."""
    return connection.execute(_LIVE, {"of_voter": voter}).scalar_one_or_none()


def at(connection: Connection, *stages: Stage) -> list[Battle]:
    """Read every battle at one of the stages, oldest first."""
    meant = battles.c.stage.in_([stage.value for stage in stages])
    query = _with_verdict().where(meant).order_by(battles.c.opened_at, battles.c.id)
    return [battle_of(row, _turns(connection, row)) for row in connection.execute(query).all()]


def record_of(connection: Connection, voter: VoterId, limit: int) -> tuple[RecordLine, ...]:
    """Read a citizen's own record, newest first."""
    joined = battles.join(turns, and_(turns.c.battle == battles.c.id, turns.c.turn == 1)).outerjoin(
        votes, votes.c.battle == battles.c.id
    )
    query = (
        select(battles, turns.c.prompt, votes.c.verdict)
        .select_from(joined)
        .where(battles.c.voter == voter)
        .order_by(battles.c.opened_at.desc(), battles.c.id)
        .limit(limit)
    )
    return tuple(
        RecordLine(
            battle=BattleId(row.id),
            prompt=row.prompt,
            category=row.category,
            stage=Stage(row.stage),
            verdict=Verdict(row.verdict) if row.verdict else None,
            opened_at=_moment(row.opened_at),
        )
        for row in connection.execute(query)
    )


def erase_texts(connection: Connection, voter: VoterId) -> None:
    """Erase the prompts and replies of a citizen and their salts; the ledger's hashes then open nothing."""
    hers = select(battles.c.id).where(battles.c.voter == voter)
    connection.execute(
        update(turns)
        .where(turns.c.battle.in_(hers))
        .values(prompt=ERASED, prompt_salt=b"", reply_salt_a=b"", reply_salt_b=b"")
    )
    answered = turns.c.reply_a.is_not(None)
    connection.execute(
        update(turns).where(turns.c.battle.in_(hers), answered).values(reply_a=ERASED, reply_b=ERASED)
    )


def battle_of(row: Row[tuple[object, ...]], turns: tuple[Turn, ...]) -> Battle:
    """Give the battle of a row of `battles` with its verdict."""
    return Battle(
        id=BattleId(row.id),
        round_id=RoundId(row.round),
        track=Track(row.track),
        number=row.number,
        seats={Side.A: ContestantId(row.side_a), Side.B: ContestantId(row.side_b)},
        voter=VoterId(row.voter),
        category=row.category,
        language=row.language,
        opened_at=_moment(row.opened_at),
        stage=Stage(row.stage),
        turns=turns,
        void_reason=VoidReason(row.void_reason) if row.void_reason else None,
        verdict=Verdict(row.verdict) if row.verdict else None,
    )


def _with_verdict() -> Select[tuple[object, ...]]:
    joined = battles.outerjoin(votes, votes.c.battle == battles.c.id)
    return select(battles, votes.c.verdict).select_from(joined)


def _turns(connection: Connection, battle: Row[tuple[object, ...]]) -> tuple[Turn, ...]:
    shown = pictures.of_battle(connection, battle.id) if battle.track in WITH_PICTURES else {}
    query = select(turns).where(turns.c.battle == battle.id).order_by(turns.c.turn)
    return tuple(_turn(row, shown.get(row.turn, ())) for row in connection.execute(query))


def _turn(row: Row[tuple[object, ...]], shown: tuple[Picture, ...]) -> Turn:
    replies = None if row.reply_a is None else {Side.A: row.reply_a, Side.B: row.reply_b}
    return Turn(row.prompt, replies, shown)


_FOUND = _with_verdict().where(battles.c.id == bindparam("of_battle"))


def _last_turn(battle: Battle) -> dict[str, object]:
    return {"of_battle": battle.id, "of_turn": len(battle.turns)}


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
