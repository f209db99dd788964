"""An arena worth a backup, and places to put it back to."""

from arena.contest.battle import Side
from arena.contest.feedback import Harm
from arena.service.backups import Backups
from arena.service.log_keys import LogKeys
from arena.store import backup
from tests.reporting.ballots import cast_many, newcomer
from tests.signed import signed_arena


def filled(store, contest, place):
    """A signed arena with votes, a report and canaries' files."""
    made = signed_arena(store, contest, place)
    made.secrets.get("accounts.key")
    cast_many(made)
    made.notary.checkpoint()
    voter = newcomer(made)
    battle = made.citizens.open_battle(
        made.citizens.new_battle_id(), voter, "하늘은 왜?\n'\"", "general", "ko"
    )
    made.citizens.answered(battle.id, {Side.A: "가\u2028", Side.B: "나 \N{GRINNING FACE}"})
    made.citizens.report(battle.id, voter, 1, Side.A, next(iter(Harm)), "끔찍")
    folder = place / "data" / "canaries" / contest.rules.round_id
    folder.mkdir(parents=True)
    (folder / "kept.json").write_text('{"plan": 1}')
    return made


def placed(arena, store, tmp_path):
    """Backups of a store, with the secrets of an arena."""
    keys = LogKeys(store, arena.secrets, "log.example", arena.clock, arena.chance)
    return Backups(store, keys, arena.secrets, tmp_path / "elsewhere", arena.clock)


def content(store):
    """Every row of every table."""
    with store.snapshot() as connection:
        return {table.name: list(backup.rows(connection, table)) for table in backup.tables(connection)}


def tables_of(store):
    """How many tables a database has."""
    with store.reading() as connection:
        return len(backup.tables(connection))
