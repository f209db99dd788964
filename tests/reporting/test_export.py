"""The export folder: whole or not at all, the same bytes for the same round, and no receipt to be matched."""

import csv
import hashlib
import io
import json
import re
import threading
from datetime import timedelta
from math import ceil
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ratings.__main__
from arena.contest.outcomes import Ballot
from arena.contest.rules import Openings, Track, Verdict
from arena.errors import BadSetting
from arena.ledger.canonical import canonical
from arena.ledger.findings import Findings, Notice
from arena.ledger.frozen import contest_document
from arena.ledger.note import Vkey
from arena.reporting.verifying import check_folder
from arena.reporting.votes_table import WINNERS, votes_csv
from arena.store import record, votes
from tests.leading import lifecycle, surely
from tests.reporting.ballots import cast, cast_many, changed, newcomer
from tests.signed import evaluators_of, signed_arena

FILES = {
    "blindness.json",
    "checkpoint.txt",
    "checkpoints.jsonl",
    "keys.txt",
    "ledger.jsonl",
    "manifest.json",
    "openings.jsonl",
    "rules.json",
    "scores.csv",
    "scores.xlsx",
    "standings.json",
    "votes.csv",
    "votes_excluded.csv",
}
WINNER_WORDS = {"model_a", "model_b", "tie", "tie (bothbad)"}
BALLOTS = st.builds(
    Ballot,
    side_a=st.sampled_from(["one", "two"]),
    side_b=st.just("three"),
    verdict=st.sampled_from(Verdict),
    voter=st.sampled_from(["U", "V", "W"]),
    turns=st.integers(1, 4),
    category=st.sampled_from(["law", "coding"]),
    language=st.sampled_from(["ko", "en"]),
    track=st.sampled_from(Track).map(str),
    cast_at=st.floats(1.7e9, 1.9e9),
)


def silent(_count):
    """Nobody watches."""


@pytest.fixture
def evaluators(arena):
    """The evaluators of a round with forty votes."""
    cast_many(arena)
    return evaluators_of(arena)


def rows(folder):
    with (folder / "votes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ledger_lines(store):
    with store.reading() as connection:
        return list(record.lines(connection))


def left_behind(folder):
    return sorted(path.name for path in folder.iterdir())


def test_same_round_same_bytes(evaluators, arena, tmp_path):
    """Two exports of the same round are the same to the byte, the spreadsheet too."""
    evaluators.export(tmp_path / "one", silent)
    arena.clock.advance(hours=30)
    evaluators.export(tmp_path / "two", silent)

    first = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    second = {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}
    assert first == second
    assert set(first) == FILES


def test_manifest(evaluators, arena, tmp_path):
    """The manifest names every other file with its hash, and the rules by theirs."""
    standings = evaluators.export(tmp_path / "out", silent).standings

    manifest = json.loads((tmp_path / "out/manifest.json").read_text("utf-8"))
    hashes = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "out").iterdir()
    }
    hashes.pop("manifest.json")
    assert manifest["files"] == hashes
    assert manifest["rules_hash"] == hashes["rules.json"] == arena.round.rules_hash
    assert manifest["votes"] == standings.votes + standings.left_out == 40


def test_rules(evaluators, arena, tmp_path):
    """`rules.json` holds the very bytes that were frozen."""
    evaluators.export(tmp_path / "out", silent)

    assert (tmp_path / "out/rules.json").read_bytes() == canonical(contest_document(arena.contest))


def test_votes_in_the_arena_format(evaluators, arena, tmp_path):
    """`votes.csv` has the arena format's columns and words, one row a vote."""
    evaluators.export(tmp_path / "out", silent)

    found = rows(tmp_path / "out")
    columns = "model_a,model_b,winner,judge,turn,anony,language,tstamp,category,track"
    assert list(found[0]) == columns.split(",")
    assert len(found) == 40
    assert {row["winner"] for row in found} <= WINNER_WORDS
    assert {name for row in found for name in (row["model_a"], row["model_b"])} == set(
        arena.contest.roster.ids
    )
    assert {(row["anony"], row["turn"], row["language"]) for row in found} == {("True", "1", "Korean")}


def test_votes_are_those_that_were_cast(arena, tmp_path):
    """Each vote's sides, verdict and voter stand in `votes.csv`, no more and no fewer."""
    said = cast_many(arena)

    evaluators_of(arena).export(tmp_path / "out", silent)

    words = {
        Verdict.A: "model_a",
        Verdict.B: "model_b",
        Verdict.TIE: "tie",
        Verdict.BOTH_BAD: "tie (bothbad)",
    }
    found = [(row["judge"], row["model_a"], row["model_b"], row["winner"]) for row in rows(tmp_path / "out")]
    assert sorted(found) == sorted((voter, a, b, words[verdict]) for voter, a, b, verdict in said)


def test_no_receipt_can_be_matched(evaluators, arena, tmp_path):
    """Nothing in `votes.csv` names a battle or a place in the ledger, and times are whole hours."""
    evaluators.export(tmp_path / "out", silent)

    text = (tmp_path / "out/votes.csv").read_text("utf-8")
    with arena.store.reading() as connection:
        recorded = votes.recorded(connection, arena.contest.rules.round_id)
    assert recorded
    assert not any(battle in text for battle in recorded)
    assert all(int(row["tstamp"]) % 3600 == 0 for row in rows(tmp_path / "out"))
    cells = {cell for row in rows(tmp_path / "out") for cell in row.values() if cell.isdigit()}
    assert not cells & {str(sequence) for _, sequence in recorded.values() if sequence > 4}


@given(st.lists(BALLOTS, max_size=30), st.integers())
def test_row_order_says_nothing(ballots, seed):
    """In whatever order votes were cast or read, `votes.csv` is the same."""
    other = list(ballots)
    Random(seed).shuffle(other)

    assert votes_csv(ballots) == votes_csv(other)


@given(BALLOTS)
def test_hours(ballot):
    """A vote's time is the beginning of its hour."""
    row = next(csv.DictReader(io.StringIO(votes_csv([ballot]).decode())))
    assert int(row["tstamp"]) % 3600 == 0
    assert 0 <= ballot.cast_at - int(row["tstamp"]) < 3600


def test_anyone_gets_the_same_numbers(evaluators, tmp_path, capsys):
    """The command that the manifest names prints the standings that were exported."""
    evaluators.export(tmp_path / "out", silent)
    manifest = json.loads((tmp_path / "out/manifest.json").read_text("utf-8"))
    _, _, _, votes, *options = manifest["check"]["standings"].split()

    status = ratings.__main__.main([str(tmp_path / "out" / votes), *options])

    printed = json.loads(capsys.readouterr().out)
    exported = json.loads((tmp_path / "out/standings.json").read_text("utf-8"))
    assert status == 0
    assert {name: exported[name] for name in printed} == printed
    assert exported.keys() - printed.keys() == {"round", "notice"}


def test_anyone_gets_the_same_verdict(evaluators, arena, tmp_path, capsys):
    """The command that the manifest names decides by the frozen rules, and from the votes alone."""
    evaluators.export(tmp_path / "out", silent, shows=True)
    manifest = json.loads((tmp_path / "out/manifest.json").read_text("utf-8"))
    _, _, _, votes, *options = manifest["check"]["decision"].split()

    status = ratings.__main__.main([str(tmp_path / "out" / votes), *options, "--format", "json"])

    decision = json.loads(capsys.readouterr().out)["decision"]
    rule = arena.contest.rules.decision
    shown = (tmp_path / "out/report.html").read_text("utf-8")
    assert status == 0
    assert decision["votes_needed"] == rule.votes
    assert decision["voters_needed"] == max(rule.voters, ceil(rule.share * decision["voters"]))
    assert decision["korean"].partition(decision["last"])[0] in shown


def test_ledger(evaluators, arena, tmp_path):
    """`ledger.jsonl` holds the stored bytes of every entry, in order, voids and all."""
    stopped = newcomer(arena)
    battle = arena.citizens.open_battle(arena.citizens.new_battle_id(), stopped, "질문", "general", "ko")
    arena.citizens.void_unanswered()

    evaluators.export(tmp_path / "out", silent)

    stored = ledger_lines(arena.store)
    assert (tmp_path / "out/ledger.jsonl").read_bytes() == b"".join(line.entry + b"\n" for line in stored)
    assert [json.loads(line.entry)["seq"] for line in stored] == list(range(len(stored)))
    assert battle.id not in (tmp_path / "out/ledger.jsonl").read_text("utf-8")


def test_texts_stay_in(arena, tmp_path):
    """No file of the export holds what a citizen wrote or read."""
    cast_many(arena)

    evaluators_of(arena).export(tmp_path / "out", silent)

    everything = b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir())
    assert "질문".encode() not in everything
    assert "첫째 답".encode() not in everything


def test_folder_that_is_there(evaluators, tmp_path):
    """A folder with anything in it is refused and left as it was."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("keep me")

    with pytest.raises(BadSetting, match="is there already"):
        evaluators.export(tmp_path / "out", silent)

    assert left_behind(tmp_path / "out") == ["mine.txt"]
    assert (tmp_path / "out/mine.txt").read_text() == "keep me"
    assert not [name for name in left_behind(tmp_path) if name.startswith(".out")]


def test_file_that_is_there(evaluators, tmp_path):
    """A file is never replaced by an export."""
    (tmp_path / "out").write_text("keep me")

    with pytest.raises(BadSetting, match="is there already"):
        evaluators.export(tmp_path / "out", silent)

    assert (tmp_path / "out").read_text() == "keep me"


def test_empty_folder(evaluators, tmp_path):
    """An empty folder is filled, and others may read what is in it."""
    (tmp_path / "out").mkdir(mode=0o700)

    evaluators.export(tmp_path / "out", silent)

    assert set(left_behind(tmp_path / "out")) == FILES
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o755


def test_folders_on_the_way(evaluators, tmp_path):
    """Folders that lead to the export are made."""
    evaluators.export(tmp_path / "a/b/out", silent)

    assert set(left_behind(tmp_path / "a/b/out")) == FILES


@pytest.mark.parametrize("place", ["file/out", "file/more/out", "x" * 300])
def test_place_that_cannot_be_written(evaluators, tmp_path, place):
    """Where no folder can be made the export says so, and leaves no draft behind."""
    (tmp_path / "file").write_text("")
    before = left_behind(tmp_path)

    with pytest.raises(BadSetting, match="cannot write"):
        evaluators.export(tmp_path / place, silent)

    assert left_behind(tmp_path) == before


def test_stopped_half_way(evaluators, tmp_path):
    """An export that is stopped half way leaves neither folder nor draft."""

    def stop(count):
        if count == 20:
            raise KeyboardInterrupt

    before = left_behind(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        evaluators.export(tmp_path / "out", stop)

    assert left_behind(tmp_path) == before


def test_no_score(arena, tmp_path):
    """A rehearsal whose votes make no standings is exported with the reason in their place, and holds."""
    cast(arena, newcomer(arena), Verdict.A)

    evaluators_of(arena).export(tmp_path / "out", silent)

    assert "refused" in json.loads((tmp_path / "out/standings.json").read_text("utf-8"))
    assert said_of(tmp_path / "out") == (0, [])


def said_of(folder, *trusted):
    """What the verifier says: exit code and sentences."""
    findings = Findings()
    check_folder(folder, findings, trusted)
    return findings.exit_code, [finding.said("en") for finding in findings.kept]


def test_an_open_rehearsal_holds(evaluators, tmp_path):
    """What is there of a rehearsal that goes on can be checked, and the verifier says that it goes on."""
    evaluators.export(tmp_path / "out", silent)
    findings = Findings()
    check_folder(tmp_path / "out", findings)

    assert findings.kept == []
    assert {Notice.ROUND_OPEN, Notice.SEED_SEALED, Notice.NO_RESULT_YET} <= findings.notices.keys()


@pytest.mark.parametrize(
    ("opened", "for_auditors"), [("public", False), ("auditors", False), ("auditors", True)]
)
def test_a_whole_round_holds(store, contest, tmp_path, opened, for_auditors):
    """A round that was led to its published result, key rotation and all, is exported whole and holds."""
    arena = signed_arena(store, changed(contest, openings=Openings(opened)), tmp_path)
    cast_many(arena)
    arena.keys.rotate(timedelta(hours=1))
    lead = lifecycle(arena)
    surely(lead.close)
    surely(lead.commit_result)
    surely(lead.publish)

    evaluators_of(arena).export(tmp_path / "out", silent, for_auditors=for_auditors)

    names = set(left_behind(tmp_path / "out"))
    opened_kinds = len((tmp_path / "out/openings.jsonl").read_bytes().splitlines())
    is_full = opened == "public" or for_auditors
    assert names == (FILES if is_full else FILES - {"blindness.json", "votes_excluded.csv"}) | {"result.json"}
    assert (opened_kinds == len(ledger_lines(store))) == is_full
    assert said_of(tmp_path / "out", Vkey.parse(arena.keys.in_force())) == (0, [])


def test_votes_for_everyone(store, contest, tmp_path, capsys):
    """Where openings are for auditors, everyone's votes have no voter or time, and give the same points."""
    arena = signed_arena(store, changed(contest, openings=Openings.AUDITORS), tmp_path)
    said = cast_many(arena)
    evaluators_of(arena).export(tmp_path / "out", silent)
    manifest = json.loads((tmp_path / "out/manifest.json").read_text("utf-8"))
    _, _, _, votes, *options = manifest["check"]["points"].split()

    status = ratings.__main__.main([str(tmp_path / "out" / votes), *options])

    found = rows(tmp_path / "out")
    printed = json.loads(capsys.readouterr().out)["contestants"]
    exported = json.loads((tmp_path / "out/standings.json").read_text("utf-8"))["contestants"]
    assert list(found[0]) == ["model_a", "model_b", "winner", "anony", "track"]
    assert len(found) == len(said) == manifest["votes"]
    assert "standings" not in manifest["check"]
    assert status == 0
    for name in ("name", "points", "rating", "strength", "votes"):
        assert [row[name] for row in printed] == [row[name] for row in exported]


def test_nothing_to_hide(store, contest, tmp_path):
    """A round that has no battle yet is exported in full whoever may see openings, and holds."""
    arena = signed_arena(store, changed(contest, openings=Openings.AUDITORS), tmp_path)
    evaluators_of(arena).export(tmp_path / "out", silent)

    assert set(left_behind(tmp_path / "out")) == FILES - {"blindness.json"}
    assert said_of(tmp_path / "out") == (0, [])


def test_watching(evaluators, tmp_path):
    """Whoever watches hears of every vote once."""
    heard = []

    evaluators.export(tmp_path / "out", heard.append)

    assert heard == list(range(1, 41))


def test_snapshot(arena):
    """What is read for one export is one state, whatever citizens do meanwhile."""
    cast_many(arena)
    round_id, scope = arena.contest.rules.round_id, arena.contest.scoring
    with arena.store.snapshot() as connection:
        cells = votes.cells(connection, round_id, scope)
        cast(arena, newcomer(arena), Verdict.A)
        ballots = list(votes.ballots(connection, round_id, scope))
        lines = list(record.lines(connection))

    assert sum(cell.count for cell in cells) == len(ballots) == 40
    assert sum(json.loads(line.entry)["type"] == "VoteCast" for line in lines) == 40
    assert len(ledger_lines(arena.store)) == len(lines) + 3


def test_votes_during_exports(evaluators, arena, tmp_path):
    """Votes cast while exports are written tear none of them: all files of each tell the same number."""
    stop = threading.Event()

    def vote_on():
        while not stop.is_set():
            cast(arena, newcomer(arena), Verdict.B)

    voting = threading.Thread(target=vote_on)
    voting.start()
    try:
        for number in range(4):
            evaluators.export(tmp_path / str(number), silent)
    finally:
        stop.set()
        voting.join()

    for number in range(4):
        folder = tmp_path / str(number)
        count = json.loads((folder / "manifest.json").read_text("utf-8"))["votes"]
        assert len(rows(folder)) == count
        assert len(re.findall('"VoteCast"', (folder / "ledger.jsonl").read_text("utf-8"))) == count


def test_winner_words():
    """The words of winners are those of the arena format, one for each verdict."""
    assert set(WINNERS) == set(Verdict)
    assert set(WINNERS.values()) == WINNER_WORDS
