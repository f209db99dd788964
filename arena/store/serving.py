"""What endpoints served: rows of a minute for two days, and rows of an hour for the whole round."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, select

from arena.contest.roster import ContestantId
from arena.contest.rules import RoundId
from arena.contest.serving import Service
from arena.errors import Fault
from arena.store.adding import add_rows
from arena.store.tables_health import FAULT_COLUMNS, FIRST_COLUMNS, SUMS, served

MINUTE, HOUR = 60, 3_600
KEPT_MINUTES = 48 * HOUR


@dataclass(frozen=True, slots=True)
class Noted:
    """What an endpoint of a contestant served in the minute from `start` on."""

    contestant: ContestantId
    endpoint: str
    start: int
    service: Service


def add(connection: Connection, round_id: RoundId, noted: Iterable[Noted]) -> None:
    """Add minutes to those that are kept, and to their hours."""
    rows = [_row(round_id, one, span) for one in noted for span in (MINUTE, HOUR)]
    add_rows(connection, served, ("seconds", *SUMS), rows)


def forget_minutes(connection: Connection, before: float) -> None:
    """Delete the rows of minutes that began before a time; their hours stay."""
    old = (served.c.span == MINUTE, served.c.start < int(before))
    connection.execute(delete(served).where(*old))


def by_endpoint(
    connection: Connection, round_id: RoundId, contestant: ContestantId, since: float
) -> dict[str, Service]:
    """Give what each endpoint of a contestant has served since a time, to the minute where these are kept."""
    rows = _read(connection, round_id, contestant, MINUTE, since, (served.c.endpoint,))
    return {str(endpoint): service for (endpoint,), service in rows}


def over_time(
    connection: Connection, round_id: RoundId, contestant: ContestantId, span: int, since: float
) -> dict[tuple[str, int], Service]:
    """Give what a contestant has served by endpoint and start, in spans of a minute or an hour."""
    keys = (served.c.endpoint, served.c.start)
    rows = _read(connection, round_id, contestant, span, since, keys)
    return {(str(endpoint), int(start)): service for (endpoint, start), service in rows}


def by_contestant(connection: Connection, round_id: RoundId) -> dict[ContestantId, Service]:
    """Give what each contestant has served in the whole round."""
    rows = _read(connection, round_id, None, HOUR, 0, (served.c.contestant,))
    return {ContestantId(str(contestant)): service for (contestant,), service in rows}


def _read(
    connection: Connection,
    round_id: RoundId,
    contestant: ContestantId | None,
    span: int,
    since: float,
    keys: Sequence[ColumnElement[Any]],
) -> list[tuple[tuple[Any, ...], Service]]:
    meant = [served.c.round == round_id, served.c.span == span, served.c.start >= int(since)]
    if contestant is not None:
        meant.append(served.c.contestant == contestant)
    sums = [func.sum(served.c[name]).label(name) for name in ("seconds", *SUMS)]
    query = select(*keys, *sums).where(*meant).group_by(*keys).order_by(*keys)
    rows = connection.execute(query).mappings()
    return [(tuple(row[key] for key in keys), _service(row)) for row in rows]


def _service(row: RowMapping) -> Service:
    number = {name: int(row[name]) for name in SUMS}
    faults = {fault: number[name] for fault, name in zip(Fault, FAULT_COLUMNS, strict=True)}
    return Service(
        requests=number["requests"],
        whole=number["whole"],
        given_up=number["given_up"],
        pieces=number["pieces"],
        seconds=float(row["seconds"]),
        firsts=tuple(number[name] for name in FIRST_COLUMNS),
        faults={fault: count for fault, count in faults.items() if count},
    )


def _row(round_id: RoundId, one: Noted, span: int) -> dict[str, object]:
    service = one.service
    return {
        "round": round_id,
        "contestant": one.contestant,
        "endpoint": one.endpoint,
        "span": span,
        "start": one.start // span * span,
        "seconds": service.seconds,
        "requests": service.requests,
        "whole": service.whole,
        "given_up": service.given_up,
        "pieces": service.pieces,
        **dict(zip(FIRST_COLUMNS, service.firsts, strict=True)),
        **{name: service.faults.get(fault, 0) for fault, name in zip(Fault, FAULT_COLUMNS, strict=True)},
    }
