"""`python -m ratings VOTES.csv`, as anybody would run it."""

import csv
import json
import subprocess
import sys
from io import BytesIO, StringIO
from pathlib import Path
from random import Random

import pytest
from pyarrow import csv as arrow_csv
from pyarrow import parquet
from rich.console import Console
from rich.progress import Progress

from ratings.__main__ import DEFAULT_TIES, LARGE, main, watched
from ratings.bradley_terry import Ties
from ratings.counts import Verdict
from ratings.simulate import World, plan, play
from ratings.standings import Settings, standings
from ratings.votes_file import read_votes

WINNER = {
    Verdict.A: "model_a",
    Verdict.B: "model_b",
    Verdict.TIE: "tie",
    Verdict.BOTH_BAD: "tie (bothbad)",
}


@pytest.fixture
def votes(tmp_path: Path) -> Path:
    path = tmp_path / "votes.csv"
    rng = Random(1)
    world = World({"가람": 0.5, "birch": 0.1, "ce\x1bdar": -0.6})
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(["model_a", "model_b", "winner", "judge"])
        for vote in play(rng, world, plan(rng, battles=300, voters=30)):
            lines.writerow([vote.a, vote.b, WINNER[vote.verdict], vote.voter])
    return path


def test_table(votes: Path, capsys: pytest.CaptureFixture[str]):
    """The table is for people: a line each, best first, no control characters on the terminal."""
    status = main([str(votes)])
    out, err = capsys.readouterr()

    assert (status, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()[1:]] == ["가람", "birch", "ce?dar"]
    assert "\x1b" not in out


def test_json(votes: Path, capsys: pytest.CaptureFixture[str]):
    """The JSON is that of the standings."""
    status = main([str(votes), "--format", "json"])

    assert status == 0
    usual = standings(read_votes(votes).board, Settings(ties=DEFAULT_TIES))
    assert json.loads(capsys.readouterr().out) == usual.to_json()


def test_csv(votes: Path, capsys: pytest.CaptureFixture[str]):
    """The CSV has a line for each contestant under the names of the JSON's fields."""
    main([str(votes), "--format", "csv"])
    lines = list(csv.DictReader(StringIO(capsys.readouterr().out)))
    found = standings(read_votes(votes).board, Settings(ties=DEFAULT_TIES))
    contestants = found.to_json()["contestants"]

    assert lines == [{field: str(value) for field, value in each.items()} for each in contestants]


def test_settings(votes: Path, capsys: pytest.CaptureFixture[str]):
    """What was asked for stands in the result."""
    main([str(votes), "--format", "json", "--ties", "half", "--both-bad", "dropped"])
    read = json.loads(capsys.readouterr().out)

    assert read["settings"]["both_bad"] == "dropped"
    assert read["left_out"] > 0


@pytest.mark.parametrize("ties", Ties)
def test_every_field_is_there(votes: Path, capsys: pytest.CaptureFixture[str], ties: Ties):
    """The JSON holds what was promised for each contestant, by every tie model, and the settings."""
    main([str(votes), "--format", "json", "--ties", ties, "--level", "0.9", "--side"])
    read = json.loads(capsys.readouterr().out)

    promised = {
        *("name", "strength", "se", "rating", "lower", "upper"),
        *("rank_low", "rank_high", "p_last"),
    }
    assert all(promised <= each.keys() for each in read["contestants"])
    assert sum(each["p_last"] for each in read["contestants"]) == pytest.approx(1.0)
    assert (read["settings"]["ties"], read["settings"]["level"]) == (ties, 0.9)
    assert read["side"] is not None


def test_points_rule(votes: Path, capsys: pytest.CaptureFixture[str]):
    """Points follow the rule that was asked for."""
    main([str(votes), "--format", "json", "--rule", "affine", "--points", "30", "--floor", "10"])
    read = json.loads(capsys.readouterr().out)

    assert sum(each["points"] for each in read["contestants"]) == pytest.approx(3 * 20)
    assert (read["settings"]["rule"], read["settings"]["floor"]) == ("affine", 10.0)


@pytest.mark.parametrize("form", ["table", "json"])
def test_decide(votes: Path, capsys: pytest.CaptureFixture[str], form: str):
    """Asked to decide, the command says in Korean and English what the votes carry."""
    main([str(votes), "--decide", "--format", form])
    out = capsys.readouterr().out

    assert "The votes support the last place of" in out
    assert "투표가 최하위를 뒷받침합니다" in out


def test_decide_by_other_thresholds(votes: Path, capsys: pytest.CaptureFixture[str]):
    """What a decision takes can be said: with a vote more than there are, nothing is decided."""
    asked = ["--least-votes=301", "--least-voters=200", "--least-share=0", "--least-chance=1"]
    main([str(votes), "--decide", *asked, "--format", "json"])
    decision = json.loads(capsys.readouterr().out)["decision"]

    assert decision["certainty"] == "statistical tie"
    assert (decision["votes_needed"], decision["voters_needed"]) == (301, 200)


@pytest.mark.parametrize("wrong", ["--least-chance=1.5", "--least-share=nan", "--least-votes=-1"])
def test_thresholds_that_cannot_be(votes: Path, capsys: pytest.CaptureFixture[str], wrong: str):
    """Thresholds out of bounds are a wrong usage, said in one sentence."""
    status = main([str(votes), "--decide", wrong])
    out, err = capsys.readouterr()

    assert (status, out) == (2, "")
    assert err.startswith("thresholds out of bounds")


def test_charts(votes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """The charts are written where they were asked for, and their paths are not on the side of the data."""
    status = main([str(votes), "--format", "json", "--charts", str(tmp_path / "charts"), "--language", "en"])
    out, err = capsys.readouterr()

    assert (status, len(json.loads(out)["contestants"])) == (0, 3)
    assert [Path(line).exists() for line in err.splitlines()] == [True] * 7
    assert 'lang="en"' in (tmp_path / "charts" / "charts.html").read_text(encoding="utf-8")


def test_charts_without_matplotlib(votes: Path, tmp_path: Path):
    """Without matplotlib one sentence names it, nothing is on the side of the data, and exit is 1."""
    code = (
        "import sys; sys.modules['matplotlib'] = None; from ratings.__main__ import main; "
        f"sys.exit(main([{str(votes)!r}, '--charts', {str(tmp_path)!r}]))"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == "charts need matplotlib: pip install 'blind-arena[charts]'\n"


def test_parquet(votes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """The same votes as Parquet give the same bytes."""
    parquet.write_table(arrow_csv.read_csv(votes), tmp_path / "votes.parquet")

    outputs = []
    for path in (votes, tmp_path / "votes.parquet"):
        main([str(path), "--format", "json"])
        outputs.append(capsys.readouterr().out)

    assert outputs[0] == outputs[1]


def test_each_vote_its_own_voter(votes: Path, capsys: pytest.CaptureFixture[str]):
    """When the file names no voters, that is said, and not on the side of the data."""
    votes.write_text(votes.read_text(encoding="utf-8").replace("judge", "other"), encoding="utf-8")

    status = main([str(votes), "--format", "json"])
    out, err = capsys.readouterr()

    assert (status, json.loads(out)["voters"]) == (0, 300)
    assert err == "no column 'judge': each vote counts as a voter of its own\n"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("", "it takes votes on at least two contestants"),
        ("x,y,model_a,v1\nx,y,model_a,v2\n", "no finite ratings exist"),
        ("x,y,model_a,v1\nx,y,model_b,v1\n", "at least two voters"),
    ],
)
def test_no_rating(votes: Path, capsys: pytest.CaptureFixture[str], lines: str, why: str):
    """When there is no rating, one sentence says why, nothing is on the side of the data, and exit is 1."""
    votes.write_text(f"model_a,model_b,winner,judge\n{lines}")

    status = main([str(votes)])
    out, err = capsys.readouterr()

    assert (status, out) == (1, "")
    assert why in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("place", ["votes.csv", "votes.csv/charts"])
def test_charts_where_none_can_be(votes: Path, capsys: pytest.CaptureFixture[str], place: str):
    """Charts that cannot be written are one sentence and exit 2, with nothing on the side of the data."""
    status = main([str(votes), "--charts", str(votes.parent / place)])
    out, err = capsys.readouterr()

    assert (status, out, err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize(
    "words",
    [
        ["--points", "nan"],
        ["--points", "-1"],
        ["--level", "x"],
        ["--level", "nan"],
        ["--level", "0.9999999"],
    ],
)
def test_numbers_that_cannot_be(votes: Path, words: list[str]):
    """A level or a maximum that is none is refused as usage, and no line of JSON holds NaN or Infinity."""
    with pytest.raises(SystemExit) as ended:
        main([str(votes), *words])

    assert ended.value.code == 2


def test_a_floor_above_the_maximum(votes: Path, capsys: pytest.CaptureFixture[str]):
    """Points whose floor is above their maximum are refused."""
    status = main([str(votes), "--rule", "affine", "--floor", "30"])

    assert status == 2
    assert "are no scale" in capsys.readouterr().err


def test_unreadable(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A file that cannot be read is one sentence and exit 2."""
    status = main([str(tmp_path / "nowhere.csv")])
    out, err = capsys.readouterr()

    assert (status, out) == (2, "")
    assert err.endswith("nowhere.csv: No such file or directory\n")


@pytest.mark.parametrize(
    "argv",
    [[], ["--ties", "whole", "x.csv"], ["--format", "xml", "x.csv"], ["--level", "1", "x.csv"]],
)
def test_usage(argv: list[str], capsys: pytest.CaptureFixture[str]):
    """A wrong use of the command is exit 2 with the usage."""
    with pytest.raises(SystemExit) as stop:
        main(argv)

    assert stop.value.code == 2
    assert "usage: python -m ratings" in capsys.readouterr().err


def test_long_fields(votes: Path, capsys: pytest.CaptureFixture[str]):
    """A file with whole conversations in it is read like any other."""
    header, *lines = votes.read_text(encoding="utf-8").splitlines()
    lines = [f"{line},{'말' * 200_000 if n == 7 else ''}" for n, line in enumerate(lines)]
    votes.write_text("\n".join([f"{header},conversation", *lines]), encoding="utf-8")

    assert main([str(votes)]) == 0
    assert capsys.readouterr().err == ""


def test_as_a_module(votes: Path):
    """The module runs by itself, and its bytes are the same each time."""
    runs = [
        subprocess.run(
            [sys.executable, "-m", "ratings", str(votes), "--format", "json"], capture_output=True, check=True
        )
        for _ in range(2)
    ]

    assert runs[0].stdout == runs[1].stdout
    assert runs[0].stderr == b""


@pytest.mark.parametrize(("size", "shown"), [(LARGE - 1, False), (LARGE, True)])
def test_progress(size: int, *, shown: bool):
    """Only for a file that takes a while does the terminal show how far it has been read."""
    terminal = StringIO()

    with Progress(console=Console(file=terminal, force_terminal=True)) as progress:
        content = watched(BytesIO(b"votes"), size, progress=progress).read()

    assert content == b"votes"
    assert ("Reading votes" in terminal.getvalue()) is shown
