"""The result document: the same bytes for the same votes, and a reason where they make no score."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import NoScore
from arena.ledger.canonical import canonical
from arena.reporting.result import (
    counted_standings,
    installed_versions,
    result_commitment,
    result_document,
    shortest,
)
from tests.scribe import Plan, cells, sha
from tests.scribe_folder import contest, scribed

TOLD = scribed(contest(4), Plan(battles=60, voters=9, seed=3))
COUNTED = cells(TOLD.counting())
HASHES = {"votes": "aa", "votes_excluded": "bb", "votes_public": "cc"}


def test_both_results_stand_side_by_side():
    """A result shows the scores of all cast votes and of those that count, best first, as exact texts."""
    document = result_document(TOLD.contest, 1, COUNTED, COUNTED, [], HASHES)

    assert document["versions"] == installed_versions()
    assert document["results"]["as_cast"] == document["results"]["after_exclusions"]
    points = [float(row["points"]) for row in document["results"]["as_cast"]["rows"]]
    assert points == sorted(points, reverse=True)
    assert json.loads(canonical(document)) == document


def test_votes_that_make_no_score():
    """A result of votes that make no finite standings gives the reason in their place."""
    document = result_document(TOLD.contest, 1, COUNTED, [], [], HASHES, {})

    assert "refused" in document["results"]["after_exclusions"]
    assert "rows" in document["results"]["as_cast"]


def test_nobody_left():
    """Where one contestant is left there is nobody to compare it with."""
    with pytest.raises(NoScore, match="fewer than two"):
        counted_standings(TOLD.contest, [], TOLD.contest.roster.ids[1:])


def test_commitments_by_hand():
    """The commitment to a result is the hash of salt and file, and its salt is long enough to hide it."""
    assert result_commitment(b"s" * 32, b"file") == sha(b"s" * 32 + b"file")
    with pytest.raises(ValueError, match="32 bytes"):
        result_commitment(b"s" * 16, b"file")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_read_back(number):
    """A number in a result reads back as the same double and is written without exponent."""
    written = shortest(number)

    assert float(written) == number
    assert "e" not in written.lower()
