"""The acts of staff as a file: CSV that Excel opens in Korean, a line for each act, the last first."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta, timezone

from arena.reporting.scores import defused
from arena.store.audits import Audited

KOREA = timezone(timedelta(hours=9))
COLUMNS = ("entry", "done_at", "round", "role", "account", "name", "act", "before", "after")
BOM = "\ufeff"


def csv_of(acts: Iterable[Audited]) -> Iterator[str]:
    """Give the lines of a CSV, with the mark that Excel wants; no cell is a formula.

    `done_at` is in Korean time with its offset, before and after are JSON.
    """
    yield BOM + _line(COLUMNS)
    for one in acts:
        who = (one.role, one.account, one.name)
        done_at = one.done_at.astimezone(KOREA).isoformat(timespec="seconds")
        cells = (one.sequence, done_at, one.round, *who, one.act, _json(one.before), _json(one.after))
        yield _line(tuple(str(defused(cell)) for cell in cells))


def _json(facts: Mapping[str, str | int]) -> str:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True)


def _line(cells: tuple[str, ...]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(cells)
    return text.getvalue()
