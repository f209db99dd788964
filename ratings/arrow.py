"""Arrow tables and Parquet files of votes; needs `pyarrow`, so only `votes_file` imports it, when one comes.

Text in Parquet is stored as a dictionary and small numbers; it is read as that and never as text.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it carries no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # as above
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # as above
from numpy.typing import NDArray

from ratings.coded import Coded
from ratings.columns import SPELLINGS, count_columns, count_pair_columns, count_parts
from ratings.counts import Board, PairCounts, Verdict
from ratings.errors import BadFile, BadOutcome

OUTCOME = ("model_a", "model_b", "winner")

ROWS = 2**18
"""Rows that are read at a time where no other rows are needed."""


def read_table(path: Path, columns: tuple[str, ...], text: tuple[str, ...] | None = None) -> pa.Table:
    """Read columns of a Parquet file, all or those that are `text` as dictionaries.

    Raises:
        BadFile: it is not a Parquet file, or a column is not there.
    """
    return _opened(path, columns, columns if text is None else text).read(columns=list(columns))


def _opened(path: Path, columns: tuple[str, ...], text: tuple[str, ...]) -> pq.ParquetFile:
    there = column_names(path)
    for name in columns:
        if name not in there:
            raise BadFile(f"there is no column {name!r}")
    return pq.ParquetFile(path, read_dictionary=list(text), memory_map=True)


def count_file_pairs(path: Path, *, spellings: Mapping[str, Verdict] = SPELLINGS) -> PairCounts:
    """Count the votes of a Parquet file by pair only, some rows at a time: no memory holds them all.

    Raises:
        BadFile: as `read_table`.
        BadOutcome, TooMany: as `count_columns`.
    """
    batches = _opened(path, OUTCOME, OUTCOME).iter_batches(ROWS, columns=list(OUTCOME))
    tables = (pa.Table.from_batches([batch]) for batch in batches)
    try:
        return count_parts(map(_outcomes, tables), spellings=spellings)
    except BadOutcome:  # the whole table knows the row
        return count_table_pairs(read_table(path, OUTCOME), spellings=spellings)


def _outcomes(table: pa.Table) -> tuple[Coded, Coded, Coded]:
    a, b, winner = (coded_column(table.column(name)) for name in OUTCOME)
    return a, b, winner


def count_file(
    path: Path, voter_column: str | None = None, *, spellings: Mapping[str, Verdict] = SPELLINGS
) -> Board:
    """Count the votes of a Parquet file, as `count_table` those of a table.

    Raises:
        BadFile: as `read_table`.
        BadOutcome, TooMany: as `count_columns`.
    """
    table = read_table(path, (*OUTCOME, *([] if voter_column is None else [voter_column])))
    # what was needed to unpack the file is more than what was in it
    pa.default_memory_pool().release_unused()
    return count_table(table, voter_column, spellings=spellings)


def column_names(path: Path) -> tuple[str, ...]:
    """Give the names of the columns of a Parquet file.

    Raises:
        BadFile: it is not one.
    """
    try:
        return tuple(pq.read_schema(path).names)
    except pa.ArrowInvalid as error:
        raise BadFile(f"this is not a Parquet file: {error}") from error


def count_table(
    table: pa.Table, voter_column: str | None = None, *, spellings: Mapping[str, Verdict] = SPELLINGS
) -> Board:
    """Count the votes of a table with the columns `model_a`, `model_b`, `winner` and one for the voter.

    Without `voter_column` each row is a voter of its own.

    Raises:
        BadOutcome, TooMany: as `count_columns`.
    """
    a, b, winner = _outcomes(table)
    voter = None if voter_column is None else coded_column(table.column(voter_column), in_order=True)
    return count_columns(a, b, winner, voter, spellings=spellings)


def count_table_pairs(table: pa.Table, *, spellings: Mapping[str, Verdict] = SPELLINGS) -> PairCounts:
    """Count the votes of a table by pair only.

    Raises:
        BadOutcome, TooMany: as `count_columns`.
    """
    a, b, winner = _outcomes(table)
    return count_pair_columns(a, b, winner, spellings=spellings)


def coded_column(column: pa.ChunkedArray, *, in_order: bool = False) -> Coded:
    """Take the codes and labels of an Arrow column; what is not text becomes the text it is written as.

    With `in_order` the labels are sorted.
    """
    chunked = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    chunks = chunked.unify_dictionaries().chunks
    if not chunks:
        return Coded(np.empty(0, dtype=np.int32), [])
    labels = chunks[0].dictionary.cast(pa.string())
    parts = [_codes(chunk.indices) for chunk in chunks]
    codes = np.concatenate(parts) if len(parts) > 1 else parts[0]
    return _in_order(codes, labels) if in_order else Coded(codes, labels.to_pylist())


def _codes(indices: pa.Array) -> NDArray[np.integer]:
    whole = indices.fill_null(-1) if indices.null_count else indices
    codes: NDArray[np.integer] = whole.to_numpy()
    return codes


def _in_order(codes: NDArray[np.integer], labels: pa.Array) -> Coded:
    order = pc.sort_indices(labels)
    place = np.empty(len(order) + 1, dtype=np.int32)
    place[order.to_numpy()] = np.arange(len(order), dtype=np.int32)
    place[-1] = -1  # where no value is, the code is -1, which is the last place
    return Coded(place[codes], labels.take(order).to_pylist())
