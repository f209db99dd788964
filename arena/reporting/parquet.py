"""`votes.parquet`: the rows of `votes.csv` for programs, the same bytes for the same rows.

It is made of the file, some rows at a time, so its memory does not grow with the votes.
"""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]  # it carries no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # as above

ROWS = 2**16
"""Rows of one group of the file."""

HELD = 2**12
"""Rows that are held as texts at a time: a row takes some kilobyte."""

WHOLE = {"turn": pa.int16(), "tstamp": pa.int64()}
TRUTHS = {"anony"}


def write_parquet(table: Path, to: Path) -> None:
    """Write the rows of a CSV with one line of heads to `to`."""
    with table.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        heads = next(lines)
        schema = pa.schema([(head, _type(head)) for head in heads])
        with pq.ParquetWriter(to, schema, compression="zstd", store_schema=False) as writer:
            for group in _groups(lines, schema):
                writer.write_batch(group)


def _type(head: str) -> pa.DataType:
    return pa.bool_() if head in TRUTHS else WHOLE.get(head, pa.string())


def _groups(lines: Iterator[list[str]], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    while parts := list(_parts(islice(lines, ROWS), schema)):
        columns = [pa.concat_arrays(pieces) for pieces in zip(*parts, strict=True)]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _parts(lines: Iterator[list[str]], schema: pa.Schema) -> Iterator[list[pa.Array]]:
    while rows := list(islice(lines, HELD)):
        columns = zip(*rows, strict=True)
        yield [_array(column, field) for column, field in zip(columns, schema, strict=True)]


def _array(column: tuple[str, ...], field: pa.Field) -> pa.Array:
    if field.name in TRUTHS:
        return pa.array([cell == "True" for cell in column], pa.bool_())
    if field.name in WHOLE:
        return pa.array(list(map(int, column)), field.type)
    return pa.array(column, field.type)
