"""Folders on a disk: honest ones hold, hostile ones are named by file and line, none ends in a traceback."""

import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest

from arena.cli import verify
from arena.contest.rules import Exclusions, Track
from arena.errors import BadFolder
from arena.ledger.checks import Check
from arena.ledger.findings import Findings, Notice
from arena.reporting import folder as folders
from arena.reporting.file_flaws import FileFlaw
from arena.reporting.score_files import pretty
from arena.reporting.verifying import check_folder
from tests.golden import make_round
from tests.scribe import LOG, NEXT_LOG, Plan, Scribe, jcs
from tests.scribe_folder import contest, folder, scribed, with_manifest
from tests.servers import ROOT

GOLDEN = ROOT / "tests/golden/round"
TOLD = make_round.golden()
FILES = folder(TOLD)
PUBLIC = folder(TOLD, auditors=False)


@pytest.fixture
def put(tmp_path):
    """Write files to a folder and give it."""

    def write(files):
        place = tmp_path / "folder"
        place.mkdir(exist_ok=True)
        for name, content in files.items():
            (place / name).write_bytes(content)
        return place

    return write


def checked(place, *trusted):
    """What is found in a folder."""
    findings = Findings()
    check_folder(place, findings, trusted)
    return findings


def flaws(place):
    """The flaws and their files."""
    return {(finding.flaw, finding.file) for finding in checked(place).kept}


REFERRED = make_round.with_reference()
GOLDEN_FOLDERS = {
    "auditors": FILES,
    "public": PUBLIC,
    "auditors-reference": folder(REFERRED),
    "public-reference": folder(REFERRED, auditors=False),
}


@pytest.mark.parametrize("name", GOLDEN_FOLDERS)
def test_golden_folders(name):
    """The golden folders are what the record's format has always meant, and they hold."""
    kept = {path.name: path.read_bytes() for path in (GOLDEN / name).iterdir()}

    assert kept == GOLDEN_FOLDERS[name]
    assert checked(GOLDEN / name).kept == []


def test_a_reference_is_in_no_score():
    """Votes on battles with a reference are on record, and the reference is in no file of votes or scores."""
    lines = GOLDEN_FOLDERS["auditors-reference"]["openings.jsonl"].splitlines()
    openings = [json.loads(line)["payload"] for line in lines]
    met = [one for one in openings if "seats" in one and "mulsujebi" in one["seats"].values()]
    named = {
        name
        for name, content in GOLDEN_FOLDERS["auditors-reference"].items()
        if b"mulsujebi" in content or "물수제비".encode() in content
    }

    assert len(met) > 5
    assert named == {"openings.jsonl", "rules.json"}


def test_a_vote_on_a_reference_in_a_public_folder(put):
    """A row of votes on a reference is no row, in a folder for everyone as in an auditor's."""
    for name in ("auditors-reference", "public-reference"):
        honest = GOLDEN_FOLDERS[name]
        votes = honest["votes.csv"].replace(b"\nbeodeulchi,susukkang", b"\nbeodeulchi,mulsujebi", 1)
        files = {**honest, "votes.csv": votes}

        assert files != honest
        assert checked(put(with_manifest(files))).exit_code == Check.SCORES
        for path in (put({})).iterdir():
            path.unlink()


def test_the_command_on_the_golden_folder(capsys):
    """`arena-verify` says that the golden folder holds, check by check, in both languages."""
    for language, word in (("en", "holds"), ("ko", "맞음")):
        status = verify.main([str(GOLDEN / "auditors"), "--key", LOG.vkey, "--language", language])

        printed = capsys.readouterr().out
        assert status == 0
        assert printed.count(word) >= 12
        assert NEXT_LOG.vkey not in printed


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_command_on_a_changed_folder(put, capsys, language):
    """A folder that does not hold ends with the code of what is wrong, the place and a sentence."""
    files = {**FILES, "votes.csv": FILES["votes.csv"].replace(b",model_a,", b",model_b,", 1)}
    lines = FILES["openings.jsonl"].splitlines(keepends=True)
    rest = b"".join([*lines[:10], *lines[60:]])
    status = verify.main([str(put(with_manifest(files))), "--language", language])
    lost = verify.main([str(put(with_manifest({**FILES, "openings.jsonl": rest}))), "--language", language])

    printed = capsys.readouterr().out
    assert status == Check.SCORES
    assert lost == Check.OPENINGS
    assert verify.FAILS[Check.SCORES].said(language) in printed
    assert "votes.csv:" in printed
    assert verify.MORE.said(language, 30) in printed


def test_the_command_without_a_folder(tmp_path, capsys):
    """What is no folder, or a packed one, is said in a sentence."""
    packed = tmp_path / "round.zip"
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("bomb", b"0" * 10_000_000)

    assert verify.main([str(packed)]) == Check.FOLDER
    assert verify.main([str(tmp_path / "none")]) == Check.FOLDER
    assert verify.main(["a\0b"]) == Check.FOLDER
    assert "unpack it first" in capsys.readouterr().err


def test_keys_that_are_none(capsys):
    """A key that is none is wrong usage."""
    with pytest.raises(SystemExit) as stopped:
        verify.main([str(GOLDEN), "--key", "x"])

    assert stopped.value.code == 2
    assert "--key" in capsys.readouterr().err


def test_by_itself():
    """The verifier runs without what the arena is served with, on any laptop that has Python."""
    program = (
        "import sys, arena.cli.verify as v\n"
        f"status = v.main([{str(GOLDEN / 'public')!r}])\n"
        "heavy = {'gradio', 'sqlalchemy', 'httpx', 'fastapi', 'ruamel', 'pydantic', 'uvicorn', 'alembic'}\n"
        "print(sorted(heavy & sys.modules.keys()), status)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )

    assert ran.stdout.splitlines()[-1] == "[] 0"


# The folder


def test_every_file_is_needed(put, tmp_path):
    """A folder without one of its files says which."""
    for name in folders.REQUIRED:
        place = put(FILES)
        (place / name).unlink()

        assert (FileFlaw.MISSING, name) in flaws(place)
        assert checked(place).exit_code == Check.FOLDER


def test_files_that_do_not_belong(put):
    """What is no file of an export is named: other files, folders, links, pipes."""
    place = put({**FILES, "notes.txt": b"x", "\udcff": b"x"} if os.supports_bytes_environ else FILES)
    (place / "inside").mkdir()
    (place / "keys.txt").unlink()
    (place / "keys.txt").symlink_to("/etc/passwd")
    (place / "votes.csv").unlink()
    os.mkfifo(place / "votes.csv")
    (place / "scores.csv").unlink()
    (place / "scores.csv").mkdir()

    found = flaws(place)
    assert {(FileFlaw.EXTRA, "notes.txt"), (FileFlaw.EXTRA, "inside")} <= found
    assert {(FileFlaw.NOT_A_FILE, name) for name in ("keys.txt", "votes.csv", "scores.csv")} <= found
    assert all(finding.said("en").isprintable() for finding in checked(place).kept)


def test_files_that_are_too_large(put):
    """A file beyond its limit is not read; the limit is said."""
    place = put(FILES)
    os.truncate(place / "rules.json", 10**12)
    os.truncate(place / "ledger.jsonl", 10**9)
    findings = checked(place)

    said = [finding.said("en") for finding in findings.kept]
    assert any("rules.json: has 1000000000000 bytes; at most 4194304 are read." in one for one in said)
    assert FileFlaw.LONG_LINE in {finding.flaw for finding in findings.kept}


def test_more_files_than_anyone_needs(tmp_path):
    """A folder of thousands of files is refused as a whole."""
    for number in range(folders.MOST_FILES + 2):
        (tmp_path / str(number)).touch()

    with pytest.raises(BadFolder, match="more than"):
        checked(tmp_path)


def test_a_file_that_cannot_be_read(put, monkeypatch):
    """A disk that fails is said to fail."""
    place = put(FILES)
    findings = Findings()
    read = folders.Folder(place, findings)
    (place / "votes.csv").unlink()
    (place / "ledger.jsonl").unlink()

    assert read.whole("votes.csv") == b""
    assert list(read.lines("ledger.jsonl")) == []
    assert [finding.flaw for finding in findings.kept] == [FileFlaw.UNREADABLE, FileFlaw.UNREADABLE]


MANIFESTS = {
    b"": FileFlaw.MANIFEST,
    b"\xff\xfe": FileFlaw.MANIFEST,
    b"[]": FileFlaw.MANIFEST,
    b'{"files":[]}': FileFlaw.MANIFEST,
    b'{"files":{},"files":{}}': FileFlaw.MANIFEST,
    b'{"files":{"../../etc/passwd":"x","/etc/passwd":"y"}}': FileFlaw.MANIFEST,
    b'{"files":{}}': FileFlaw.EXTRA,
    b'{"files":{"more.txt":"x"}}': FileFlaw.MISSING,
}


@pytest.mark.parametrize(("content", "flaw"), MANIFESTS.items(), ids=range(len(MANIFESTS)))
def test_manifests(put, content, flaw):
    """A manifest that is none, climbs out of the folder or names other files is refused in words."""
    findings = checked(put({**FILES, "manifest.json": content}))

    assert flaw in {finding.flaw for finding in findings.kept}
    assert findings.exit_code == Check.FOLDER


# Votes and scores


def resealed(put, files, **changed):
    """The flaws of a folder with files changed and its manifest done again."""
    named = {name.replace("__", "-").replace("_dot_", "."): content for name, content in changed.items()}
    return flaws(put(with_manifest({**files, **named})))


@pytest.mark.parametrize("files", [FILES, PUBLIC], ids=["auditors", "public"])
def test_scores_that_do_not_follow(put, files):
    """Another standing, score or sheet than the votes give is found, with and without openings."""
    for name in ("standings.json", "scores.csv", "scores.xlsx"):
        content = files[name].replace(b"1", b"2", 1)
        place = put(with_manifest({**files, name: content}))

        assert (FileFlaw.OTHER_SCORES, name) in flaws(place)


def test_a_workbook_that_was_packed_again(put):
    """The same workbook, compressed otherwise, is the same; with another part it is not."""
    for extra in (False, True):
        packed = BytesIO()
        with zipfile.ZipFile(BytesIO(FILES["scores.xlsx"])) as old, zipfile.ZipFile(packed, "w") as new:
            for part in old.infolist():
                new.writestr(part.filename, old.read(part.filename))
            if extra:
                new.writestr("more", b"x")
        found = resealed(put, FILES, scores_dot_xlsx=packed.getvalue())

        assert bool(found) == extra


VOTES = PUBLIC["votes.csv"].splitlines(keepends=True)
SPOILT_VOTES = [
    b"",
    b"\xff",
    b"model_a,model_b\n",
    VOTES[0] + b"a,b\n",
    VOTES[0] + b'"\n',
    b"".join(VOTES).replace(b"susukkang", b"nobody"),
    VOTES[0] + b"susukkang,susukkang,tie,True,open\n",
    b"".join(VOTES).replace(b"True", b"False"),
    b"".join(VOTES).replace(b"tie (bothbad)", b"neither"),
    b"".join(VOTES).replace(b",open\n", b",expert_panel\n"),
    VOTES[0] + b"x" * 200_000 + b"\n",
    FILES["votes.csv"],
]


@pytest.mark.parametrize("content", SPOILT_VOTES, ids=range(len(SPOILT_VOTES)))
def test_rows_that_are_no_votes(put, content):
    """A public file of votes that cannot be read as votes is named with its line."""
    findings = checked(put(with_manifest({**PUBLIC, "votes.csv": content})))

    assert FileFlaw.BROKEN_VOTES in {finding.flaw for finding in findings.kept}
    assert findings.exit_code == Check.SCORES


@pytest.mark.parametrize("files", [FILES, PUBLIC], ids=["auditors", "public"])
def test_rows_that_were_moved(put, files):
    """Rows in another order, left out or added are found, with and without openings."""
    rows = files["votes.csv"].splitlines(keepends=True)
    swapped = b"".join([rows[0], rows[-1], *rows[2:-1], rows[1]])
    fewer = b"".join(rows[:-1])

    assert (FileFlaw.OTHER_VOTES, "votes.csv") in resealed(put, files, votes_dot_csv=swapped)
    assert {file for _, file in resealed(put, files, votes_dot_csv=fewer)} & {"votes.csv", "standings.json"}


def test_an_excluded_row_under_another_rule(put):
    """The rule beside an excluded vote is the one that took it out."""
    content = FILES["votes_excluded.csv"].replace(b"one_sided_from", b"votes_per_minute", 1)

    assert {file for _, file in resealed(put, FILES, votes_excluded_dot_csv=content)} == {
        "votes_excluded.csv"
    }


# Public folders


def test_excluded_votes_are_not_for_everyone(put):
    """Excluded votes with their voters are a file too many in a public folder, and needed in a full one."""
    shown = {**PUBLIC, "votes_excluded.csv": FILES["votes_excluded.csv"]}
    hidden = {name: content for name, content in FILES.items() if name != "votes_excluded.csv"}

    assert flaws(put(with_manifest(shown))) == {(FileFlaw.EXTRA, "votes_excluded.csv")}
    (put({}) / "votes_excluded.csv").unlink()
    assert flaws(put(with_manifest(hidden))) >= {(FileFlaw.MISSING, "votes_excluded.csv")}
    listed = checked(put({**hidden, "manifest.json": FILES["manifest.json"]}))
    assert [one.flaw for one in listed.kept if one.file == "votes_excluded.csv"].count(FileFlaw.MISSING) == 1
    assert listed.exit_code == Check.FOLDER


def test_a_round_without_battles_is_whole(put):
    """Where there is nothing that auditors alone may see, everyone's folder is theirs."""
    told = scribed(contest(4), Plan(battles=0, close=False, withdrawals=0))
    files = folder(told, auditors=False)

    assert checked(put(files)).kept == []
    assert files == folder(told)


def test_a_report_on_blindness_is_not_checked(put):
    """A folder may hold a report on blindness: the verifier says that it checked no more than its hash."""
    told = {**FILES, "blindness.json": b"{}"}

    honest = checked(put(with_manifest(told)))

    assert (honest.kept, Notice.BLINDNESS in honest.notices) == ([], True)
    assert Notice.BLINDNESS not in checked(GOLDEN / "auditors").notices
    assert flaws(put(told)) == {(FileFlaw.EXTRA, "blindness.json")}
    changed = {**with_manifest(told), "blindness.json": b"[]"}
    assert flaws(put(changed)) == {(FileFlaw.OTHER_CONTENT, "blindness.json")}


def test_what_everyone_cannot_check(put):
    """Of a public folder the verifier says that figures over voters were not checked; a full one has them."""
    everyone = checked(put(PUBLIC))
    auditor = checked(put(FILES))

    assert {Notice.COUNTS_ONLY, Notice.UNCOMMITTED} <= everyone.notices.keys()
    assert everyone.is_partial(Check.SCORES)
    assert not {Notice.COUNTS_ONLY, Notice.UNCOMMITTED} & auditor.notices.keys()
    assert not auditor.is_partial(Check.SCORES)


def test_the_command_on_a_public_folder(put, capsys):
    """Of scores that were checked in part, `arena-verify` does not say that they hold."""
    for language, word, other in (("en", "partly unchecked", "holds"), ("ko", "일부만 확인", "맞음")):
        assert verify.main([str(put(PUBLIC)), "--language", language]) == 0

        row = next(line for line in capsys.readouterr().out.splitlines() if " 20 " in line)
        assert word in row
        assert other not in row


def standings_said(files, change):
    """A public folder whose `standings.json` was changed as a document."""
    document = json.loads(files["standings.json"])
    change(document)
    return with_manifest({**files, "standings.json": pretty(document)})


FOLLOWING = ("strength", "rating", "points", "votes", "name")
OF_VOTERS = ("se", "lower", "upper", "points_lower", "points_upper", "rank_low", "rank_high", "p_last")


@pytest.mark.parametrize("name", FOLLOWING)
def test_what_follows_from_counts(put, name):
    """Points, ratings, strengths, numbers of votes and the order follow from the rows, for everyone."""

    def swap(document):
        first, second, *_ = document["contestants"]
        first[name], second[name] = second[name], first[name]

    assert (FileFlaw.OTHER_SCORES, "standings.json") in flaws(put(standings_said(PUBLIC, swap)))


OTHERWISE = [{"se": 1e-4}, {"lower": -0.5, "upper": 0.5}, {"points_lower": -1e-3}, {"points_upper": -1e-3}]


@pytest.mark.parametrize("changes", OTHERWISE, ids=" and ".join)
def test_what_files_say_twice(put, changes):
    """An interval that everyone cannot compute must at least be the same in all files that have it."""

    def change(document):
        for name, more in changes.items():
            document["contestants"][0][name] += more

    found = flaws(put(standings_said(PUBLIC, change)))

    assert (FileFlaw.OTHER_SCORES, "result.json") in found
    assert (FileFlaw.OTHER_SCORES, "standings.json") not in found
    assert ((FileFlaw.OTHER_SCORES, "scores.csv") in found) == ("se" not in changes)


def test_voters_that_files_count_twice(put):
    """The number of voters in the standings is that of the result and of the score sheet."""

    def count_one_more(document):
        document["voters"] += 1

    found = flaws(put(standings_said(PUBLIC, count_one_more)))

    assert found == {(FileFlaw.OTHER_SCORES, name) for name in ("result.json", "scores.xlsx")}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document.update(contestants=[]),
        lambda document: document.update(contestants=[1]),
        lambda document: document.update(contestants={}),
        lambda document: document.update(voters="many"),
        lambda document: document.update(voters=True),
        lambda document: document.pop("draws"),
        lambda document: document["contestants"].pop(),
        lambda document: document["contestants"].append({}),
        lambda document: document["contestants"][0].pop("se"),
        lambda document: document["contestants"][0].update(se=None),
        lambda document: document["settings"].update(points=26.0),
        lambda document: document.update(refused="too few", contestants=[]),
        lambda document: document.update(refused=1, contestants=[]),
        lambda document: document.update(notice=""),
    ],
)
def test_standings_of_another_form(put, spoil):
    """Public standings with figures missing, doubled or of another kind are named, whatever they hold."""
    findings = checked(put(standings_said(PUBLIC, spoil)))

    assert (FileFlaw.OTHER_SCORES, "standings.json") in {(one.flaw, one.file) for one in findings.kept}
    assert findings.exit_code == Check.SCORES


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"\xff", b'{"contestants":1e999}', b'{"voters":NaN}', b"[" * 10_000]
)
def test_standings_that_are_none(put, content):
    """A file of public standings that is no JSON of standings is named."""
    assert (FileFlaw.OTHER_SCORES, "standings.json") in resealed(put, PUBLIC, standings_dot_json=content)


def test_too_few_voters(put):
    """That voters were too few for intervals is for auditors to check; others are told so."""
    plan = Plan(battles=30, voters=1, voids=0, withdrawals=0)
    told = scribed(contest(2, votes_per_person=40, exclusions=Exclusions(0, 0)), plan)
    everyone, auditor = (checked(put(folder(told, auditors=auditors))) for auditors in (False, True))

    assert everyone.kept == auditor.kept == []
    assert Notice.TOO_FEW_VOTERS in everyone.notices
    assert everyone.is_open(Check.SCORES)
    assert not auditor.is_open(Check.SCORES)


@pytest.mark.parametrize("auditors", [True, False])
def test_scores_that_are_refused_for_no_reason(put, auditors):
    """Scores that the votes make are not refused for other words than `ratings` has for too few voters."""

    class Lying(Scribe):
        def result(self, number):
            document = super().result(number)
            document["results"]["after_exclusions"] = {"refused": REASON}
            return document

    told = Lying(contest(4), Plan(battles=90, voters=9, seed=3))
    told.tell()
    files = folder(told, auditors=auditors)
    kept = json.loads(files["standings.json"])
    refused = {"round": kept["round"], "notice": kept["notice"], "refused": REASON}
    findings = checked(put(with_manifest({**files, "standings.json": pretty(refused)})))

    assert (FileFlaw.OTHER_SCORES, "standings.json") in {(one.flaw, one.file) for one in findings.kept}
    assert Notice.TOO_FEW_VOTERS not in findings.notices


REASON = "the operator was ill"


def test_votes_that_make_no_score(put):
    """Why votes make no score follows from the rows where they do not compare all contestants."""
    told = scribed(contest(4), Plan(battles=3, voters=3, voids=0, withdrawals=0))
    files = folder(told, auditors=False)
    document = json.loads(files["standings.json"])
    other = pretty({**document, "refused": "no reason"})

    assert checked(put(files)).kept == []
    assert "refused" in document
    assert (FileFlaw.OTHER_SCORES, "standings.json") in resealed(put, files, standings_dot_json=other)


def rewritten(auditors, change):
    """A folder whose result was committed with something changed."""

    class Lying(Scribe):
        def result(self, number):
            document = super().result(number)
            change(document)
            return document

    told = Lying(contest(4), Plan(battles=90, voters=9, seed=3))
    told.tell()
    return folder(told, auditors=auditors)


OUTSIDE = {
    "votes": lambda document: document.update(votes="0" * 64),
    "votes_excluded": lambda document: document.update(votes_excluded="0" * 64),
    "as_cast": lambda document: document["results"]["as_cast"].update(voters=1),
}
INSIDE = {
    "votes_public": lambda document: document.update(votes_public="0" * 64),
    "order": lambda document: document["results"]["after_exclusions"]["rows"].reverse(),
    "number of votes": lambda document: document["results"]["after_exclusions"].update(votes=1),
    "left out": lambda document: document["results"]["after_exclusions"].update(left_out=1),
    "removed": lambda document: document["results"].update(removed=["susukkang"]),
    "nobody removed": lambda document: document["results"].update(removed=["nobody"]),
    "a field more": lambda document: document.update(more="1"),
    "a field less": lambda document: document.pop("votes"),
    "no hash": lambda document: document.update(votes="none"),
    "no cast votes": lambda document: document["results"].update(as_cast=[]),
    "another round": lambda document: document.update(round="other"),
    "refused": lambda document: document["results"].update(after_exclusions={"refused": "too few"}),
}


@pytest.mark.parametrize("name", [*OUTSIDE, *INSIDE])
def test_a_result_that_lies_in_part(put, name):
    """A committed result that lies is found by an auditor, and by everyone where counts tell it."""
    change = {**OUTSIDE, **INSIDE}[name]
    lie = (FileFlaw.OTHER_SCORES, "result.json")

    assert lie in flaws(put(rewritten(auditors=True, change=change)))
    (put({}) / "votes_excluded.csv").unlink()
    assert (lie in flaws(put(rewritten(auditors=False, change=change)))) == (name in INSIDE)


@pytest.mark.parametrize("flaw", FileFlaw)
def test_every_flaw_of_a_file_in_both_languages(flaw):
    """Whatever can be wrong with a file is said in Korean and in English, with the same details."""
    said = [flaw.words.said(language, "DETAIL", "OTHER") for language in ("ko", "en")]

    assert said[0] != said[1]
    assert ("DETAIL" in said[0]) == ("DETAIL" in said[1])
    assert ("OTHER" in said[0]) == ("OTHER" in said[1])


# Results


def test_results_that_are_not_the_one(put):
    """A result that was altered, is missing, or was never opened is found."""
    place = put(with_manifest({**FILES, "result-1.json": b"{}"}))
    assert flaws(place) == {(FileFlaw.UNEXPECTED_RESULT, "result-1.json")}
    (place / "result-1.json").unlink()
    (place / "result.json").unlink()
    files = {name: content for name, content in FILES.items() if name != "result.json"}
    assert flaws(put(with_manifest(files))) == {(FileFlaw.NO_RESULT, "result.json")}
    assert resealed(put, FILES, result_dot_json=b"{}") == {(FileFlaw.OTHER_RESULT, "result.json")}


@pytest.mark.parametrize(
    "said",
    [
        {"number": 1},
        {"number": 1, "versions": {"a": 1}},
        {"number": 2**60},
        {"number": 1, "versions": {"é": "1"}},
        {"number": 1, "versions": {}, "results": {"removed": [1, "x"]}},
        [],
    ],
)
@pytest.mark.parametrize("auditors", [True, False])
def test_a_committed_result_that_does_not_follow(put, monkeypatch, said, auditors):
    """A result that was committed and opened, but does not follow from the votes, is found."""

    class Lying(Scribe):
        def result(self, number):
            return said

    told = Lying(contest(4), Plan(battles=30, voters=7, seed=2))
    told.tell()

    assert (FileFlaw.OTHER_SCORES, "result.json") in flaws(put(folder(told, auditors=auditors)))


@pytest.mark.parametrize("auditors", [True, False])
def test_two_results(put, auditors):
    """A contestant that is removed after the first result leaves two, and both hold."""
    told = scribed(contest(4), Plan(battles=90, voters=9, seed=3, results=2, removed="susukkang"))
    findings = checked(put(folder(told, auditors=auditors)))

    assert findings.kept == []
    assert (Notice.EARLIER_RESULTS in findings.notices) != auditors


def test_a_sealed_result_of_all(put):
    """Where nobody was removed the scores follow from a public folder, the result sealed or not."""
    told = scribed(contest(4), Plan(battles=90, voters=9, seed=3, publish=False))
    findings = checked(put(folder(told, auditors=False)))

    assert findings.kept == []
    assert not findings.is_open(Check.SCORES)


@pytest.mark.parametrize("auditors", [True, False])
def test_a_sealed_result(put, auditors):
    """A result that is not opened yet stays sealed, and a public folder says what that hides."""
    plan = Plan(battles=90, voters=9, seed=3, results=2, removed="susukkang", publish=False)
    findings = checked(put(folder(scribed(contest(4), plan), auditors=auditors)))

    assert findings.kept == []
    assert Notice.RESULT_SEALED in findings.notices
    assert (Notice.REMOVED_UNKNOWN in findings.notices) != auditors


def test_tracks_that_do_not_score(put):
    """Votes of a track that does not score stand in the ledger and not in `votes.csv`."""
    tracks = (Track.OPEN, Track.CITIZEN_PANEL)
    told = scribed(contest(4, tracks=tracks, scoring=tracks[:1]), Plan(battles=60, voters=9, seed=3))
    files = folder(told, auditors=False)

    assert checked(put(files)).kept == []
    assert files["votes.csv"].count(b"\n") - 1 < files["ledger.jsonl"].count(b'"VoteCast"')


def test_votes_that_cannot_be(put):
    """Where votes cannot be, their scores are not looked at, and the verifier says so."""
    told = make_round.golden()
    entry = next(one for one in told.told.entries if one.kind == "VoteCast")
    entry.payload["verdict"] = "c"
    findings = checked(put(folder(told)))

    assert findings.exit_code == Check.VOTES
    assert Notice.VOTES_UNUSED in findings.notices


def test_other_rules(put):
    """Where the rules are not those that were frozen, nothing that rests on them is said to hold."""
    document = json.loads(FILES["rules.json"])
    document["rules"]["points"] = 26
    findings = checked(put(with_manifest({**FILES, "rules.json": jcs(document)})))

    assert findings.exit_code == Check.RULES
    assert findings.is_open(Check.SCORES)


def test_excluded_by_decision(put):
    """A folder whose votes were partly excluded by hand says that this was a decision."""
    told = scribed(contest(4), replace(Plan(battles=40, voters=7, seed=2), close=False))
    told.append(
        "RoundClosed",
        told.end,
        {
            "battles": sum(told.numbers.values()),
            "round": told.round,
            "votes": len(told.cast),
        },
    )
    told.append("SeedRevealed", told.end, {"round": told.round, "secret": told.secret.hex()})
    for rule, refs in told._derived().items():
        if refs:
            told._exclude(told.end, rule, refs, "", "")
    free = min(set(told.standing()) - set(told.excluded))
    told._exclude(told.end, "decision", [free], "", "she asked for it")
    told.told.sizes.append(len(told.told.entries))
    findings = checked(put(folder(told)))

    assert findings.kept == []
    assert Notice.DECISIONS in findings.notices
