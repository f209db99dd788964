"""The analysis as a process of its own makes it (`apart`): what it is of is read there, at one moment."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from arena.contest.contest import Contest
from arena.contest.roster import ContestantId
from arena.errors import NoScore
from arena.reporting.analysis import Analysis, analyse
from arena.reporting.sensitivity import without_style
from arena.service.apart import Tell
from arena.store import columns, exclusions, styles
from arena.store.columns import Columns, Moment
from arena.store.session import Store
from arena.store.styles import Styled

MOST_STYLED = 100_000
"""Votes whose replies are looked at for style, at most."""

READ, STYLED = 0.4, 0.5
"""How much of the work is done, about, when the votes are read, and when the replies are."""


@dataclass(frozen=True, slots=True)
class Found:
    """An analysis (None: the votes made no finite standings), and the votes it is of."""

    analysis: Analysis | None
    why_none: str
    moment: Moment
    removed: tuple[ContestantId, ...]


def found(url: str, contest: Contest, tell: Tell) -> Found:
    """Analyse a round out of a database.

    Raises:
        StoreUnavailable: the database cannot be used.
    """
    with closing(Store(url)) as store, store.snapshot() as connection:
        rules = contest.rules
        moment = columns.moment(connection, rules.round_id)
        read = columns.columns(connection, rules.round_id, contest.scope(rules.tracks))
        removed = exclusions.removed(connection, rules.round_id)
        tell(READ)
        styled = list(styles.styles(connection, rules.round_id, contest.scoring, MOST_STYLED))
    tell(STYLED)
    try:
        return Found(_analysed(contest, read, styled, removed), "", moment, removed)
    except NoScore as error:
        return Found(None, str(error), moment, removed)


def _analysed(
    contest: Contest, read: Columns, styled: Sequence[Styled], removed: tuple[ContestantId, ...]
) -> Analysis:
    made = analyse(contest, read, removed)
    left = [one for one in contest.roster.rated if one not in removed]
    return replace(made, alternatives=(*made.alternatives, without_style(styled, left, contest)))
