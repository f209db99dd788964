"""Voids: battles that ended without a vote, and whose fault it was."""

from sqlalchemy import Connection, insert

from arena.contest.battle import Battle, Side
from arena.errors import Fault
from arena.store.tables_health import voids

_INSERT = insert(voids)


def insert_void(
    connection: Connection, battle: Battle, side: Side | None, fault: Fault | None, entry: int
) -> None:
    """Write that a battle is void, and beside it the contestant whose reply failed, if one did."""
    row = {
        "battle": battle.id,
        "contestant": battle.seats[side] if side else "",
        "fault": fault.value if fault else "",
        "entry": entry,
    }
    connection.execute(_INSERT, row)
