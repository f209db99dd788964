"""Votes as rows of the arena file format: `votes.csv` and `votes_excluded.csv`.

The same votes give the same bytes. Rows are sorted cell by cell, carry no battle, no index and an hour
instead of a moment: a receipt is matched to its row only where no other vote of its hour said the same, or
by whoever sees many receipts of one voter.
"""

import csv
import io
from collections.abc import Callable, Iterable

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
LANGUAGE_NAMES = {"ko": "Korean", "en": "English"}
HOUR = 3600

Watch = Callable[[int], None]
"""Hears how many votes have been read."""


def votes_csv(ballots: Iterable[Ballot], watch: Watch = lambda _: None) -> bytes:
    """Give `votes.csv`; `cast_at` of each ballot is the time of its entry, whose hour is shown."""
    return _csv(VOTE_COLUMNS, (vote_row(ballot) for ballot in ballots), watch)


def excluded_csv(excluded: Iterable[tuple[Ballot, str]], watch: Watch = lambda _: None) -> bytes:
    """Give `votes_excluded.csv`: each ballot with the rule that took it out."""
    return _csv(EXCLUDED_COLUMNS, ((*vote_row(ballot), rule) for ballot, rule in excluded), watch)


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
