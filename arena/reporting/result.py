"""The result of a round as it is committed: `result.json`, canonical bytes that anyone can compute again.

It holds the scores of all cast votes and those after exclusions, side by side, and the hashes of the
votes that they were computed from.
"""

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from importlib.metadata import version

from arena.contest.contest import Contest
from arena.contest.roster import ContestantId, Roster
from arena.errors import NoScore
from arena.ledger.canonical import Canonical
from arena.ledger.frozen import contest_document, document_hash
from arena.reporting.tally import Counts, Standing, Standings, standings

SALT_BYTES = 32
COMPUTED_WITH = ("blind-arena", "choix", "numpy", "scipy")


def result_document(
    contest: Contest,
    number: int,
    as_cast: Counts,
    counting: Counts,
    removed: Sequence[ContestantId],
    votes: Mapping[str, str],
    versions: Mapping[str, str] | None = None,
) -> dict[str, Canonical]:
    """Give the document of result `number`; without `versions` they are those installed here.

    `as_cast` counts every cast vote of the tracks that score, `counting` those that count; `votes` are
    the fingerprints of the files of votes. Votes that make no finite standings are a result too: the
    reason stands in its place.
    """
    return {
        "number": number,
        "results": {
            "after_exclusions": _scored(contest, counting, removed),
            "as_cast": _scored(contest, as_cast, ()),
            "removed": list(removed),
        },
        "round": contest.rules.round_id,
        "rules": document_hash(contest_document(contest)),
        "versions": installed_versions() if versions is None else dict(versions),
        **votes,
    }


def result_commitment(salt: bytes, document: bytes) -> str:
    """Give the hex SHA-256 that stands for a result until it is opened.

    Raises:
        ValueError: the salt has not 256 bits.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError("the salt of a result has 32 bytes")
    return hashlib.sha256(salt + document).hexdigest()


def counted_standings(contest: Contest, counting: Counts, removed: Sequence[ContestantId]) -> Standings:
    """Rate the contestants that were not `removed`; `counting` holds no vote on those that were.

    Raises:
        NoScore: the votes make no finite standings.
    """
    return standings(without(contest, removed), counting)


def without(contest: Contest, removed: Sequence[ContestantId]) -> Contest:
    """Give the contest of those that can score and were not `removed`.

    Raises:
        NoScore: there are not two of them.
    """
    rated = (contest.roster[one] for one in contest.roster.rated)
    kept = tuple(one for one in rated if one.id not in removed)
    if len(kept) < 2:
        raise NoScore("fewer than two contestants are left")
    return Contest(contest.rules, Roster(kept))


def installed_versions() -> dict[str, str]:
    """Name the versions of what computes results here."""
    return {name: version(name) for name in COMPUTED_WITH}


def _scored(contest: Contest, cells: Counts, removed: Sequence[ContestantId]) -> Canonical:
    try:
        made = counted_standings(contest, cells, removed)
    except NoScore as error:
        return {"refused": str(error)}
    return result_of(made)


def result_of(made: Standings) -> dict[str, Canonical]:
    """Give finite standings as they stand in a result."""
    return {
        "left_out": made.left_out,
        "rows": [_row(row) for row in made.rows],
        "voters": made.voters,
        "votes": made.votes,
    }


def _row(row: Standing) -> Canonical:
    return {
        "contestant": row.contestant,
        "lower": shortest(row.lower),
        "points": shortest(row.points),
        "points_lower": shortest(row.points_lower),
        "points_upper": shortest(row.points_upper),
        "rating": shortest(row.rating),
        "se": shortest(row.se),
        "strength": shortest(row.strength),
        "upper": shortest(row.upper),
        "votes": row.votes,
    }


def shortest(number: float) -> str:
    """Give the shortest decimal without exponent that reads back as the same double."""
    return f"{Decimal(repr(number)).normalize():f}"
