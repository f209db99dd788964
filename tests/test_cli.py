"""The command line: data on stdout, words on stderr, an exit status that tells, and never a traceback."""

import contextlib
import json
import re
import subprocess
import sys
from dataclasses import fields, replace

import pytest

from arena.backends.probe import Check, Probe
from arena.cli import main as cli
from arena.cli.house import House
from arena.contest.battle import Side
from arena.contest.roster import Roster
from arena.contest.rules import Verdict
from arena.errors import BadDeclaration, Mistake, StoreUnavailable
from arena.ledger.findings import Findings
from arena.ledger.frozen import contest_document, document_hash
from arena.reporting.truth import Compared
from arena.reporting.verifying import check_folder
from arena.service.audit import Audit
from arena.service.evaluators import Evaluators
from arena.service.operators import Checked
from arena.service.rehearsal import Rehearsed
from tests.leading import ledger
from tests.reporting.ballots import cast, cast_many, changed, newcomer, seats_of
from tests.servers import ROOT
from tests.signed import evaluators_of, signed_arena

LONG = "아주-긴-이름-" * 12


class Rehearsing:
    """A rehearsal that comes out as it is told to, and remembers what it was asked."""

    def __init__(self, rehearsed):
        self.rehearsed = rehearsed
        self.asked = None

    async def play(self, url, **asked):
        self.asked = {"url": url, **asked}
        return self.rehearsed


@pytest.fixture
def database_url(tmp_path):
    """Commands do not know which database they work with; SQLite stands for both."""
    return f"sqlite:///{tmp_path}/arena.db"


@pytest.fixture
def arena(store, contest, tmp_path):
    """An arena whose record is signed before it is exported."""
    return signed_arena(store, contest, tmp_path)


@pytest.fixture
def house(arena):
    """A house whose doors all open, and whose servers all serve."""
    good = [Probe("http://10.0.0.1:8000", check, 12.4, None) for check in Check]
    others = {field.name: closed for field in fields(House)}
    return House(
        **others
        | {
            "serve": lambda: None,
            "migrate": lambda: "0002",
            "contest": lambda: arena.contest,
            "check": lambda: tuple(Checked(one, tuple(good)) for one in arena.contest.roster.contestants),
            "evaluators": lambda: contextlib.nullcontext(evaluators_of(arena)),
            "audit": lambda: contextlib.nullcontext(
                Audit(arena.store, arena.contest.rules.round_id, arena.clock, arena.chance)
            ),
        }
    )


@pytest.fixture
def voted(house, arena):
    """The same house with forty votes on record."""
    cast_many(arena)
    return house


def closed():
    """A door that nobody may open in this test."""
    raise AssertionError("nothing was to be opened")


def rehearsed(arena, **changes):
    standings = Evaluators(arena.store, arena.round, arena.clock).standings()
    compared = tuple(
        Compared(row.contestant, row.name, row.rating, row.rating, row.lower, row.upper)
        for row in standings.rows
    )
    usual = Rehearsed(40, 0, 0, 1, 0, 2.5, compared, order_is_true=True, standings=standings)
    return replace(usual, **changes)


def run(house, *arguments):
    return cli.main(arguments, lambda: house)


def renamed(contest, **changes):
    first, *rest = contest.roster.contestants
    return replace(contest, roster=Roster((replace(first, **changes), *rest)))


def test_serve(house, capsys):
    """`arena serve` serves, and is done when that is."""
    called = []

    status = run(replace(house, serve=lambda: called.append(1)), "serve")

    assert (status, called) == (0, [1])
    assert capsys.readouterr() == ("", "")


def test_migrate(house, capsys):
    """`arena migrate` says on stderr to which schema the database was brought."""
    assert run(house, "migrate") == 0

    out, err = capsys.readouterr()
    assert (out, err) == ("", "the database is at schema 0002\n")


@pytest.mark.parametrize(("overlap", "warned"), [("0", True), ("3600", False)])
def test_key_rotate(house, arena, capsys, overlap, warned):
    """A key that is put in force without an overlap comes with a word about whoever follows the log."""
    opened = replace(house, keys=lambda: contextlib.nullcontext(arena.keys))

    status = run(opened, "key", "rotate", "--overlap", overlap)

    out, err = capsys.readouterr()
    assert (status, out) == (0, f"{arena.keys.in_force()}\n")
    assert ("cannot follow" in err) is warned


def test_what_is_heavy_is_for_those_who_need_it():
    """Commands that serve nothing do not wait until pages, drawings and text mining are loaded."""
    heavy = "{'gradio', 'matplotlib', 'pandas', 'plotly', 'sklearn'}"
    asked = [sys.executable, "-c", f"import sys, app; print(sorted({heavy} & set(sys.modules)))"]

    assert subprocess.run(asked, cwd=ROOT, check=False, capture_output=True, text=True).stdout == "[]\n"


def test_check(house, arena, capsys):
    """`arena check` prints roster, rules, their hash and every endpoint's answer to stdout."""
    assert run(house, "check") == 0

    out, err = capsys.readouterr()
    assert document_hash(contest_document(arena.contest)) in out
    for one in arena.contest.roster.contestants:
        assert all(word in out for word in (one.id, one.team, one.name, one.served_model, *one.aliases))
    for name in contest_document(arena.contest)["rules"]:
        assert f" {name} " in out
    assert out.count("http://10.0.0.1:8000") == 5 * len(Check)
    assert "http" not in err


def test_check_fails(house, arena, capsys):
    """`arena check` names each contestant that does not serve, and exits 1."""
    first, *rest = house.check()
    broken = Probe("http://10.0.0.1:8000", Check.REPLY, 3.0, "refused: 401 Unauthorized")
    checked = (replace(first, probes=(broken,)), *rest)

    assert run(replace(house, check=lambda: checked), "check") == 1

    out, err = capsys.readouterr()
    assert "refused: 401 Unauthorized" in out
    assert f"not every endpoint serves: {first.contestant.id}\n" in err


def test_nothing_is_cut(house, arena, capsys):
    """Where stdout is no terminal, tables are as wide as what they say."""
    contest = renamed(changed(arena.contest, system_prompt=LONG * 20), team=LONG, name=LONG + "2")
    problem = "unreachable: " + LONG * 3
    checked = [Checked(contest.roster.contestants[0], (Probe(LONG, Check.HEALTH, 1.0, problem),))]

    run(replace(house, contest=lambda: contest, check=lambda: checked), "check")

    out, _ = capsys.readouterr()
    for word in (LONG * 20, LONG + "2", problem):
        assert word in out
    assert "…" not in out


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_hash_is_never_cut(house, arena, capsys, monkeypatch, columns):
    """On a terminal of any width the hash stands whole in one line, and nothing is cut."""
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("FORCE_COLOR", "1")

    run(house, "check")

    out, _ = capsys.readouterr()
    bare = re.sub(r"\x1b\[[0-9;]*m", "", out)
    assert document_hash(contest_document(arena.contest)) in bare
    assert "…" not in bare


@pytest.mark.parametrize("word", ["[/nonsense]", "[bold]", ":smile:", "[link=http://example.org]x[/link]"])
def test_words_are_not_markup(house, arena, capsys, word):
    """Whatever a team or its server says is printed as it is: no markup, no pictures, no crash."""
    contest = renamed(changed(arena.contest, system_prompt=word), team=word)
    checked = [Checked(contest.roster.contestants[0], (Probe("http://x", Check.HEALTH, 1.0, word),))]

    assert run(replace(house, contest=lambda: contest, check=lambda: checked), "check") == 1

    assert capsys.readouterr().out.count(word) == 3


def test_a_server_does_not_steer_the_terminal(house, arena, capsys):
    """What a team's server says reaches the operator's terminal without control characters."""
    said = Probe("http://x", Check.MODELS, 1.0, "\x1b]0;title\x07\x1b[2Jserved: \u202e이름")
    checked = [Checked(arena.contest.roster.contestants[0], (said,))]

    run(replace(house, check=lambda: checked), "check")

    out, _ = capsys.readouterr()
    assert not set(out) & {"\x1b", "\x07", "\u202e"}
    assert "served: ?이름" in out


def test_standings(voted, arena, capsys):
    """`arena standings` prints one line a contestant to stdout, best first."""
    assert run(voted, "standings") == 0

    out, err = capsys.readouterr()
    made = Evaluators(arena.store, arena.round, arena.clock).standings()
    lines = [line for line in out.splitlines() if any(one.name in line for one in made.rows)]
    assert [row.name in line for row, line in zip(made.rows, lines, strict=True)] == [True] * 5
    assert all(f"{row.rating:.0f}" in line for row, line in zip(made.rows, lines, strict=True))
    assert err == ""


def test_export_of_few_votes(house, arena, voter, tmp_path, capsys):
    """Votes that are too few for standings are exported, and counted, all the same."""
    cast(arena, voter, Verdict.A)
    cast(arena, voter, Verdict.TIE)

    assert run(house, "export", str(tmp_path / "out")) == 0

    assert capsys.readouterr().err == f"2 votes exported to {tmp_path}/out\n"


def test_export(voted, tmp_path, capsys):
    """`arena export` writes the folder and says so on stderr."""
    folder = tmp_path / "[bold]out"

    assert run(voted, "export", str(folder)) == 0

    assert capsys.readouterr() == ("", f"40 votes exported to {folder}\n")
    assert (folder / "manifest.json").exists()


def test_export_with_report(voted, tmp_path):
    """`arena export --report` adds what people read, and the folder still holds."""
    assert run(voted, "export", str(tmp_path / "out"), "--report") == 0
    findings = Findings()
    check_folder(tmp_path / "out", findings)

    assert (tmp_path / "out/report.pdf").read_bytes().startswith(b"%PDF-")
    assert (tmp_path / "out/votes.parquet").exists()
    assert findings.kept == []


def test_export_for_auditors(voted, arena, tmp_path):
    """Whoever opens battles and votes to auditors leaves that on record, and in what she hands out."""
    assert run(voted, "export", str(tmp_path / "out"), "--auditors") == 0

    acts = [payload["act"] for kind, payload in ledger(arena) if kind == "Audited"]
    assert acts == ["export_for_auditors"]
    assert '"act":"export_for_auditors"' in (tmp_path / "out/openings.jsonl").read_text("utf-8")


def test_export_refused(voted, tmp_path, capsys):
    """`arena export` to a folder with something in it is an error, and the folder stays as it was."""
    (tmp_path / "mine.txt").write_text("keep me")

    assert run(voted, "export", str(tmp_path)) == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert "is there already" in err


def test_blindness(voted, arena, tmp_path, capsys):
    """`arena blindness` prints what can be said, says where it is too little, and writes the report once."""
    asked = ("blindness", "--folder", str(tmp_path / "out"))
    assert run(voted, *asked) == 0

    out, err = capsys.readouterr()
    assert all(one.id in out for one in arena.contest.roster.contestants)
    assert "guesses beside 0 of 40 votes" in out
    assert "too few voters who were asked: 0, 10 are needed" in out
    assert out.count("nothing can be said; too few replies of a contestant: 16, 20 are needed") == 3
    assert "votes on controls, in which a model met itself: 0 (0 a, 0 b, 0 tie, 0 both_bad)" in out
    assert out.count("nothing can be said of fewer than two voters") == 2
    assert err == f"{tmp_path}/out/blindness.json written\n"
    written = (tmp_path / "out/blindness.json").read_bytes()
    assert run(voted, *asked) == 1
    assert (tmp_path / "out/blindness.json").read_bytes() == written
    assert run(voted, "blindness", "--folder", str(tmp_path / "out/blindness.json/in")) == 1


def test_blindness_as_json(voted, capsys):
    """`arena blindness --format json` is the report for programs."""
    assert run(voted, "blindness", "--format", "json") == 0

    said = json.loads(capsys.readouterr().out)
    assert (said["battles"], said["controls"]["votes"]) == (40, 0)


def test_blindness_in_words(house, arena, capsys):
    """What programs found is said in a sentence, and what replies say never steers the terminal."""
    for _ in range(24):
        voter = newcomer(arena)
        for number in range(5):
            telling_battle(arena, voter, f"{voter} {number}")

    assert run(house, "blindness") == 0

    out = capsys.readouterr().out
    assert "what replies say: NOT blind" in out
    assert "how long both sides took: contestants were not told apart" in out
    assert "\x1b" not in out
    assert "100.0%" in out


def telling_battle(arena, voter, number):
    """A battle in which everybody says who it is, and the voter knows."""
    opened = arena.citizens.open_battle(arena.citizens.new_battle_id(), voter, f"질문 {number}", "law", "ko")
    seats = seats_of(arena, opened)
    arena.citizens.answered(opened.id, {side: f"\x1b[2J {seats[side]} 답" for side in Side})
    arena.citizens.cast_vote(opened.id, voter, Verdict.A, guess=dict(seats))


def test_simulate(voted, arena, capsys):
    """`arena simulate` passes on what it was asked, and prints truth and finding to stdout."""
    playing = Rehearsing(rehearsed(arena))
    asked = ["--battles", "40", "--voters", "10", "--parallel", "3", "--seed", "9", "--url", "http://x"]

    status = run(replace(voted, rehearsal=lambda: contextlib.nullcontext(playing)), "simulate", *asked)

    out, _ = capsys.readouterr()
    assert status == 0
    assert "40 votes acknowledged in 2.5 s, 0 lost, 0 doubled; 1 battles void; 0 votes before" in out
    assert "order: the true one; true strengths inside 95 % intervals: 5 of 5" in out
    given = {name: playing.asked[name] for name in ("url", "battles_wanted", "voters", "parallel")}
    assert given == {"url": "http://x", "battles_wanted": 40, "voters": 10, "parallel": 3}


def test_simulate_few(voted, arena, capsys):
    """A rehearsal of so few votes that they make no finite standings says so, and exits 0."""
    none = rehearsed(arena, standings=None, compared=(), order_is_true=None)

    assert run(replace(voted, rehearsal=lambda: contextlib.nullcontext(Rehearsing(none))), "simulate") == 0

    assert "order: none, these votes make no finite standings" in capsys.readouterr().out


@pytest.mark.parametrize("trouble", ["lost", "doubled"])
def test_simulate_fails(voted, arena, capsys, trouble):
    """A rehearsal that lost or doubled a vote exits 1."""
    playing = Rehearsing(rehearsed(arena, **{trouble: 1}))

    assert run(replace(voted, rehearsal=lambda: contextlib.nullcontext(playing)), "simulate") == 1

    assert f"1 {trouble}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["export"],
        ["serve", "more"],
        ["simulate", "--battles", "0"],
        ["simulate", "--battles", "-5"],
        ["simulate", "--voters", "many"],
        ["simulate", "--parallel", "1.5"],
        ["simulate", "--seed", "x"],
        ["check", "--", "--seed"],
        ["vllm", "team-one"],
    ],
)
def test_usage(capsys, arguments):
    """What cannot be asked is a usage error: exit 2, words on stderr, nothing done."""
    with pytest.raises(SystemExit) as left:
        cli.main(arguments, closed)

    out, err = capsys.readouterr()
    assert left.value.code == 2
    assert out == ""
    assert err.startswith("usage: arena")


def test_help(capsys):
    """`arena --help` names every command."""
    with pytest.raises(SystemExit) as left:
        cli.main(["--help"], closed)

    out, _ = capsys.readouterr()
    assert left.value.code == 0
    assert set(re.findall(r"^    ([a-z][a-z-]*)", out, re.MULTILINE)) == set(cli.COMMANDS)


@pytest.mark.parametrize("command", sorted(cli.COMMANDS))
def test_errors_of_the_arena(command, tmp_path, capsys):
    """An error of the arena is one message on stderr that begins with the command, and exit 1."""

    def broken():
        raise StoreUnavailable("the database [is] away")

    more = {
        "export": [str(tmp_path / "out")],
        "backup": [str(tmp_path / "out")],
        "restore": [str(tmp_path / "out")],
        "key": ["show"],
        "account": ["list"],
        "round": ["status"],
        "verify": [str(tmp_path / "out")],
        "verify-receipt": [str(tmp_path / "receipt"), "--key", "k"],
        "witness": ["--log", "http://x", "--state", str(tmp_path / "s"), "--key", str(tmp_path / "k")],
        "exclude": ["--vote", "1", "--reason", "x"],
        "stamp": ["rules"],
        "vllm": ["team-one", "--model", "x"],
        "canary": ["look"],
    }

    assert cli.main([command, *more.get(command, [])], broken) == 1

    assert capsys.readouterr() == ("", f"arena {command}: the database [is] away\n")


def test_mistakes_of_a_declaration(capsys):
    """Every mistake of a declaration is printed with its line."""

    def broken():
        raise BadDeclaration([Mistake(9, "round.id", "is missing"), Mistake(3, "file", "has a tag [!x]")])

    assert cli.main(["check"], broken) == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[1:] == ["line 3: file: has a tag [!x]", "line 9: round.id: is missing"]


def test_ctrl_c(house, capsys):
    """Ctrl-C ends a command with one word and exit 130."""

    def interrupted():
        raise KeyboardInterrupt

    assert run(replace(house, serve=interrupted), "serve") == 130

    assert capsys.readouterr() == ("", "stopped\n")
