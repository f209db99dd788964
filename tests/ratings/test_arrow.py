"""Tables and Parquet files are read as their codes."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ratings.arrow import OUTCOME, ROWS, count_file_pairs, count_table, count_table_pairs, read_table
from ratings.counts import tally
from ratings.errors import BadFile, BadOutcome
from ratings.votes_file import WINNERS, read_votes

VOTES = [("v2", "y", "x", "a", 1), ("v1", "x", "z", "tie", 1), ("v2", "z", "y", "both_bad", 1)]


def table() -> pa.Table:
    return pa.table(
        {
            "text": ["one", "two", "three"],
            "model_a": ["y", "x", "z"],
            "model_b": ["x", "z", "y"],
            "winner": ["model_a", "tie", "tie (bothbad)"],
            "judge": ["v2", "v1", "v2"],
        }
    )


def with_codes(text: pa.Table) -> pa.Table:
    return pa.table({name: text.column(name).dictionary_encode() for name in text.column_names})


@pytest.fixture
def votes(tmp_path: Path) -> Path:
    path = tmp_path / "votes.parquet"
    pq.write_table(table(), path, row_group_size=2)
    return path


def test_table():
    """A table makes the board of its rows, whether its text is coded or not."""
    coded = with_codes(table())

    assert count_table(table(), "judge", spellings=WINNERS) == tally(VOTES)
    assert count_table(coded, "judge", spellings=WINNERS) == tally(VOTES)
    assert count_table_pairs(coded, spellings=WINNERS) == tally(VOTES).pairs


def test_chunks_with_dictionaries_of_their_own():
    """Parts of a table may code the same names differently."""
    parts = [table().slice(start, 1) for start in (2, 0, 1)]
    coded = [
        pa.table({name: part.column(name).dictionary_encode() for name in part.column_names})
        for part in parts
    ]

    assert count_table(pa.concat_tables(coded), "judge", spellings=WINNERS) == tally(VOTES)


def test_empty_table():
    """A table without rows is an empty board."""
    assert count_table(table().slice(0, 0), "judge", spellings=WINNERS) == tally([])
    assert count_table(table().schema.empty_table(), "judge", spellings=WINNERS) == tally([])


def test_parquet(votes: Path):
    """A Parquet file is read as a CSV file is."""
    read = read_votes(votes)

    assert read.board == tally(VOTES)
    assert read.names_voters


def test_parquet_in_parts(votes: Path):
    """A file that is counted part by part has the counts of the whole, whatever codes a part has."""
    long = table().take(np.append(np.tile([0, 1, 2], ROWS // 2), [2, 0, 1] * 2))
    pq.write_table(long, votes, row_group_size=ROWS // 2)

    counted = count_file_pairs(votes, spellings=WINNERS)

    assert counted == count_table_pairs(long, spellings=WINNERS)
    assert counted.votes == 3 * (ROWS // 2 + 2)


def test_parquet_without_rows(votes: Path):
    """A file without rows has no counts."""
    pq.write_table(table().slice(0, 0), votes)

    assert count_file_pairs(votes, spellings=WINNERS) == tally([]).pairs


@pytest.mark.parametrize(("said", "why"), [("draw", "'draw' is not a verdict"), (None, "missing")])
def test_bad_row_in_a_later_part(votes: Path, said: str | None, why: str):
    """A row that is no vote is refused by its number in the file, however far down it stands."""
    winner = ["tie"] * (2 * ROWS)
    winner[ROWS + 1] = said
    columns = {"model_a": ["x"] * len(winner), "model_b": ["y"] * len(winner), "winner": winner}
    pq.write_table(pa.table(columns), votes)

    with pytest.raises(BadOutcome, match=why) as refusal:
        count_file_pairs(votes, spellings=WINNERS)

    assert refusal.value.row == ROWS + 2


def test_parquet_without_voters(votes: Path):
    """In a Parquet file that names no voters, each vote is a voter of its own."""
    pq.write_table(table().drop_columns(["judge"]), votes)

    read = read_votes(votes)

    assert not read.names_voters
    assert read.board.voters.voters == ("row 1", "row 2", "row 3")


def test_voters_by_number(votes: Path):
    """Voters may be numbers, in whichever column is named."""
    pq.write_table(table().append_column("person", pa.array([7, 11, 7])), votes)

    assert read_votes(votes, "person").board.voters.voters == ("11", "7")


@pytest.mark.parametrize(
    ("column", "values", "why"),
    [
        ("winner", ["model_a", "draw", "tie"], "row 2: 'draw' is not a verdict"),
        ("winner", ["model_a", "tie", None], "row 3: the verdict is missing"),
        ("model_a", ["x", "x", "z"], "row 1: 'x' is compared with itself"),
        ("judge", ["v", None, "v"], "row 2: the voter has no name"),
        ("judge", ["v", "v", ""], "row 3: the voter has no name"),
    ],
)
def test_bad_rows(votes: Path, column: str, values: list, why: str):
    """A row that is no vote is refused with the file, its number and the reason."""
    place = table().column_names.index(column)
    pq.write_table(table().set_column(place, column, pa.array(values)), votes)

    with pytest.raises(BadFile) as refusal:
        read_votes(votes)

    assert str(votes) in str(refusal.value)
    assert why in str(refusal.value)


def test_missing_column(votes: Path):
    """A column that is not there is named."""
    with pytest.raises(BadFile, match="no column 'person'"):
        read_votes(votes, "person")


def test_not_parquet(votes: Path):
    """A file that only calls itself Parquet is refused."""
    votes.write_bytes(b"model_a,model_b,winner\n")

    with pytest.raises(BadFile, match="not a Parquet file"):
        read_votes(votes)
    with pytest.raises(BadFile, match="not a Parquet file"):
        read_table(votes, OUTCOME)


def test_no_parquet_file(tmp_path: Path):
    """A missing Parquet file is refused by name."""
    with pytest.raises(BadFile, match="No such file"):
        read_votes(tmp_path / "nowhere.parquet")


def test_codes_are_not_text(votes: Path):
    """Text is read from the file as codes."""
    read = read_table(votes, OUTCOME)

    assert all(pa.types.is_dictionary(column.type) for column in read.columns)
    assert np.sum([len(column) for column in read.columns]) == 9
