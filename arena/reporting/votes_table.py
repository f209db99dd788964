"""Votes as rows of the arena file format: `votes.csv` and `votes_excluded.csv`.

The same votes give the same bytes, as rows are sorted cell by cell; no row has a battle or an index.
Auditors see who cast each vote and in which hour. Everyone else sees pairs, verdicts and tracks alone:
with voters or hours, whoever is shown all receipts of a voter would find her rows, and so her teams.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable
from typing import NamedTuple

from arena.contest.outcomes import Ballot
from arena.contest.rules import Verdict

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
EXCLUDED_COLUMNS = (*VOTE_COLUMNS, "rule")
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


def votes_csv(ballots: Iterable[Ballot], watch: Watch = lambda _: None) -> bytes:
    """Give `votes.csv`; `cast_at` of each ballot is the time of its entry, whose hour is shown."""
    return _csv(VOTE_COLUMNS, (vote_row(ballot) for ballot in ballots), watch)


def excluded_csv(excluded: Iterable[tuple[Ballot, str]], watch: Watch = lambda _: None) -> bytes:
    """Give `votes_excluded.csv`: each ballot with the rule that took it out."""
    return _csv(EXCLUDED_COLUMNS, ((*vote_row(ballot), rule) for ballot, rule in excluded), watch)


def public_csv(votes: Iterable[PublicVote], watch: Watch = lambda _: None) -> bytes:
    """Give the `votes.csv` of a public folder."""
    rows = ((a, b, WINNERS[verdict], "True", track) for a, b, verdict, track in votes)
    return _csv(PUBLIC_COLUMNS, rows, watch)


def public_vote(ballot: Ballot) -> PublicVote:
    """Give what everyone may see of a ballot."""
    return PublicVote(ballot.side_a, ballot.side_b, ballot.verdict, ballot.track)


def fingerprints(counting: bytes, excluded: bytes, public: bytes) -> dict[str, str]:
    """Give the hex SHA-256 of the three files of votes, each under its name in `result.json`."""
    files = {"votes": counting, "votes_excluded": excluded, "votes_public": public}
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


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


def _csv(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]], watch: Watch) -> bytes:
    kept = []
    for row in rows:
        kept.append(row)
        watch(len(kept))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(sorted(kept))
    return text.getvalue().encode()
