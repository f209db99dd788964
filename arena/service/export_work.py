"""An export as a process of its own makes it (`apart`): the folder, and the archive of it."""

from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from arena.reporting.archive import pack
from arena.service.apart import Tell
from arena.service.evaluators import Evaluators, Order
from arena.store.session import Store

FOLDER, ARCHIVE = "folder", "export.zip"
READING, PACKED = 0.85, 0.99
"""How much of the job is done when the votes have been read, and when the archive is packed."""


def packed(order: Order, draft: Path, tell: Tell) -> dict[str, int]:
    """Write folder and archive of a round to `draft`, for this account alone; gives the size of each file.

    Raises:
        ArenaError: as `Evaluators.export`.
    """
    with closing(Store(order.url)) as store:
        evaluators = Evaluators(store, order.round_, partial(datetime.now, UTC))
        total = max(1, evaluators.votes())
        evaluators.export(
            draft / FOLDER,
            lambda votes: tell(READING * min(1.0, votes / total)),
            for_auditors=order.for_auditors,
            shows=order.shows,
        )
    for file in (draft / FOLDER).iterdir():
        file.chmod(0o600)
    tell(READING)
    pack(
        draft / FOLDER, draft / ARCHIVE, order.name, lambda share: tell(READING + (PACKED - READING) * share)
    )
    return {file.name: file.stat().st_size for file in sorted((draft / FOLDER).iterdir())}
