"""A file of votes is read whole, or refused with the line that is wrong."""

from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NoReturn

import pytest

from ratings.counts import LAYER, Verdict
from ratings.errors import BadFile
from ratings.votes_file import WINNERS, _read_parquet, read_votes

HEADER = "model_a,model_b,winner,judge\n"


@pytest.fixture
def votes(tmp_path: Path) -> Path:
    return tmp_path / "votes.csv"


@pytest.mark.parametrize(
    ("winner", "verdict"),
    [
        ("model_a", Verdict.A),
        ("model_b", Verdict.B),
        ("tie", Verdict.TIE),
        ("tie (bothbad)", Verdict.BOTH_BAD),
        ("bothbad", Verdict.BOTH_BAD),
        ("both_bad", Verdict.BOTH_BAD),
    ],
)
def test_winners(votes: Path, winner: str, verdict: Verdict):
    """Every spelling of the winner column that arenas use is known."""
    votes.write_text(f"{HEADER}y,x,{winner},v1\n")

    cells = read_votes(votes).board.pairs.cells

    assert cells[1, 0, LAYER[verdict]] == cells.sum() == 1


def test_the_set_of_winners_is_closed():
    """No more spellings are known than those tested above."""
    assert len(WINNERS) == 6


def test_other_columns_and_their_order(votes: Path):
    """Columns stand in any order, others are not read, blank lines and quoted line breaks do no harm."""
    votes.write_text('winner,text,judge,model_b,model_a\n\ntie,"one\ntwo",v1,y,x\n\nmodel_a,,v2,y,x\n')

    board = read_votes(votes).board

    assert board.pairs.votes == 2
    assert board.voters.voters == ("v1", "v2")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_korean_names(votes: Path, encoding: str, line_end: str):
    """Names are UTF-8, with a byte-order mark (as Excel writes) or without, whatever ends the lines."""
    text = f"{HEADER}가람,나래,model_a,시민\n".replace("\n", line_end)
    votes.write_bytes(text.encode(encoding))

    board = read_votes(votes).board

    assert board.pairs.names == ("가람", "나래")


def test_without_voters(votes: Path):
    """In a file that names no voters, each vote is a voter of its own."""
    votes.write_text("model_a,model_b,winner\nx,y,model_a\nx,y,model_a\n")

    read = read_votes(votes)

    assert not read.names_voters
    assert len(read.board.voters.voters) == 2


def test_voters_in_another_column(votes: Path):
    """The voter stands in whichever column is named."""
    votes.write_text("model_a,model_b,winner,judge,person\nx,y,tie,j,p1\nx,y,tie,j,p2\n")

    assert read_votes(votes, "person").board.voters.voters == ("p1", "p2")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "line 1: the column 'model_a' must be there once and is there 0 times"),
        (b"model_a,model_b\n", "line 1: the column 'winner' must be there once and is there 0 times"),
        (
            b"model_a,model_a,model_b,winner\n",
            "line 1: the column 'model_a' must be there once and is there 2",
        ),
        (
            b"model_a,model_b,winner,judge,judge\n",
            "line 1: the column 'judge' must be there once and is there 2",
        ),
        (f"{HEADER}x,y,tie,v1\nx,y,draw,v1\n".encode(), "line 3: the winner 'draw' is none of 'model_a', "),
        (f"{HEADER}x,y,{'z' * 99},v1\n".encode(), f"line 2: the winner '{'z' * 40}…' is none of"),
        (f"{HEADER}x,y,,v1\n".encode(), "line 2: the winner '' is none of"),
        (f"{HEADER}x,x,tie,v1\n".encode(), "line 2: 'x' is compared with itself"),
        (f"{HEADER}x,,tie,v1\n".encode(), "line 2: the contestant on B has no name"),
        (f"{HEADER}x,y,tie, \n".encode(), "line 2: the voter has no name"),
        (f"{HEADER}x,y,tie\n".encode(), "line 2: 3 fields under 4 columns"),
        (f"{HEADER}x,y,tie,v1,more\n".encode(), "line 2: 5 fields under 4 columns"),
        (f'{HEADER}x,y,tie,"v1\n'.encode(), "line 2: unexpected end of data"),
        (f"{HEADER}x,y,tie,v\0\n".encode(), "line 2: there is a NUL byte; this is not a text file"),
        (b"\x89PNG\r\n\x1a\n", "is not UTF-8 text (byte 0)"),
        (HEADER.encode("utf-16"), "is not UTF-8 text (byte 0)"),
    ],
)
def test_bad_file(votes: Path, content: bytes, why: str):
    """A file that is not votes is refused with its name, the line and the reason."""
    votes.write_bytes(content)

    with pytest.raises(BadFile) as refusal:
        read_votes(votes)

    assert str(votes) in str(refusal.value)
    assert why in str(refusal.value)


def test_named_voter_column_is_missing(votes: Path):
    """A voter column that was asked for by name must be there."""
    votes.write_text(HEADER)

    with pytest.raises(BadFile, match="the column 'person'"):
        read_votes(votes, "person")


@pytest.mark.parametrize("name", ["nowhere.csv", "."])
def test_no_file(tmp_path: Path, name: str):
    """A missing file and a folder are refused by name."""
    with pytest.raises(BadFile, match=r"No such file|Is a directory"):
        read_votes(tmp_path / name)


def test_watched(votes: Path):
    """Whoever watches is told the size of the file and hands back what is read."""
    votes.write_text(f"{HEADER}x,y,tie,v1\n")
    sizes = []

    def watch(file: BinaryIO, size: int) -> BinaryIO:
        sizes.append(size)
        return BytesIO(file.read())

    read = read_votes(votes, watch=watch)

    assert read.board.pairs.votes == 1
    assert sizes == [votes.stat().st_size]


def test_without_pyarrow(votes: Path):
    """Where `pyarrow` is not installed, a Parquet file is refused and the reason said."""

    def absent(_: str) -> NoReturn:
        raise ModuleNotFoundError(name="pyarrow")

    with pytest.raises(BadFile, match="needs pyarrow, which is not installed"):
        _read_parquet(votes, None, load=absent)
