"""Votes as rows of the arena file format: `votes.csv` and `votes_excluded.csv`.

The same votes give the same bytes, as rows are sorted cell by cell; no row has a battle or an index.
Auditors see who cast each vote and in which hour. Everyone else sees pairs, verdicts and tracks alone:
with voters or hours, whoever is shown all receipts of a voter would find her rows, and so her teams.
"""

import hashlib
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import NamedTuple

from arena.contest.outcomes import Ballot
from arena.contest.rules import Verdict
from arena.reporting.cells import Cells, Pieces

WINNERS: dict[Verdict, str] = {
    Verdict.A: "model_a",
    Verdict.B: "model_b",
    Verdict.TIE: "tie",
    Verdict.BOTH_BAD: "tie (bothbad)",
}
VERDICTS = {word: verdict for verdict, word in WINNERS.items()}
VOTE_COLUMNS = (
    "model_a",
    "model_b",
    "winner",
    "judge",
    "turn",
    "anony",
    "language",
    "tstamp",
    "category",
    "track",
)
RULE = "rule"
EXCLUDED_COLUMNS = (*VOTE_COLUMNS, RULE)
PUBLIC_COLUMNS = ("model_a", "model_b", "winner", "anony", "track")
LANGUAGE_NAMES = {"ko": "Korean", "en": "English"}
HOUR = 3600

Watch = Callable[[int], None]
"""Hears how many votes have been read."""


class PublicVote(NamedTuple):
    """A vote as everyone may see it."""

    side_a: str
    side_b: str
    verdict: Verdict
    track: str


class Fate(StrEnum):
    """What becomes of a cast vote: it counts, a rule takes it out, or its track does not score."""

    COUNTS = "counts"
    EXCLUDED = "excluded"
    APART = "apart"


FATE = "fate"


class VotesTable:
    """Cast votes: some twenty bytes each, and the files that are written of them."""

    def __init__(self) -> None:
        """Begin without votes."""
        self.cells = Cells((*EXCLUDED_COLUMNS, FATE))

    def add(self, ballot: Ballot, fate: Fate = Fate.COUNTS, rule: str = "") -> None:
        """Add a vote, with the rule if one takes it out."""
        self.cells.add((*vote_row(ballot), rule, fate))

    def files(self) -> dict[str, Callable[[], Pieces]]:
        """Say how each file is written, under its name in `result.json`."""
        return {
            "votes": lambda: self.cells.csv(VOTE_COLUMNS, FATE, Fate.COUNTS),
            "votes_excluded": lambda: self.cells.csv(EXCLUDED_COLUMNS, FATE, Fate.EXCLUDED),
            "votes_public": lambda: self.cells.csv(PUBLIC_COLUMNS, FATE, Fate.COUNTS),
        }

    def fingerprints(self) -> dict[str, str]:
        """Give the hex SHA-256 of each file."""
        return {name: _sha256(pieces()) for name, pieces in self.files().items()}


def table_of(counting: Iterable[Ballot], excluded: Iterable[tuple[Ballot, str]]) -> VotesTable:
    """Put votes that count and votes that do not into a table."""
    table = VotesTable()
    for ballot in counting:
        table.add(ballot)
    for ballot, rule in excluded:
        table.add(ballot, Fate.EXCLUDED, rule)
    return table


def votes_csv(ballots: Iterable[Ballot]) -> bytes:
    """Give `votes.csv`; `cast_at` of each ballot is the time of its entry, whose hour is shown."""
    return b"".join(table_of(ballots, ()).files()["votes"]())


def excluded_csv(excluded: Iterable[tuple[Ballot, str]]) -> bytes:
    """Give `votes_excluded.csv`: each ballot with the rule that took it out."""
    return b"".join(table_of((), excluded).files()["votes_excluded"]())


def public_csv(votes: Iterable[PublicVote]) -> bytes:
    """Give the `votes.csv` of a public folder."""
    rows = Cells((*PUBLIC_COLUMNS, FATE))
    for a, b, verdict, track in votes:
        rows.add((a, b, WINNERS[verdict], "True", track, Fate.COUNTS))
    return b"".join(rows.csv(PUBLIC_COLUMNS, FATE, Fate.COUNTS))


def vote_row(ballot: Ballot) -> tuple[str, ...]:
    """Give a ballot as the cells of `VOTE_COLUMNS`."""
    return (
        ballot.side_a,
        ballot.side_b,
        WINNERS[ballot.verdict],
        ballot.voter,
        str(ballot.turns),
        "True",
        LANGUAGE_NAMES[ballot.language],
        str(int(ballot.cast_at) // HOUR * HOUR),
        ballot.category,
        ballot.track,
    )


def _sha256(pieces: Pieces) -> str:
    summed = hashlib.sha256()
    for piece in pieces:
        summed.update(piece)
    return summed.hexdigest()
