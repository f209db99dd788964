"""What the second verifier says of honest, altered, forged and hostile folders; each class at least once."""

import copy
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Browser

from arena.contest.contest import Contest
from arena.contest.rules import BothBad, DecisionRule, Exclusions, Openings, Ties, Track, Verdict
from arena.errors import BadFolder
from arena.ledger.findings import Findings, Notice
from arena.ledger.frozen import contest_document, contest_of
from arena.reporting.folder import SHOWN
from arena.reporting.score_files import pretty, refused, score_files
from arena.reporting.verifying import check_folder
from tests.bench.tampering import honest
from tests.browser.forged_rounds import FOR_EVERYONE, FORGED, payload, reruled
from tests.browser.second_verifier import SecondVerifier
from tests.browser.spoiled_folders import (
    ALTERED,
    HOSTILE,
    IN_PUBLIC,
    MISPLACED,
    STRANGER,
    TEXTS,
    lines,
    listed,
    read,
    write,
)
from tests.frozen_forms import (
    DECIMALS,
    DECISIONS,
    MOMENTS,
    NO_DECIMALS,
    NO_DECISIONS,
    NO_MOMENTS,
    OTHERS,
    TOO_LONG,
)
from tests.golden.make_round import golden, with_reference
from tests.ledger.test_verify import ANYWHERE, EARLY, FORGOTTEN, PLAN, PRESSED, retold
from tests.scribe import LOG, NEXT_LOG, WITNESS, Plan, Scribe, jcs, sha
from tests.scribe_folder import contest, folder, scribed

CODES = {
    "folder": 10,
    "entries": 11,
    "tree": 12,
    "signatures": 13,
    "witnesses": 14,
    "openings": 15,
    "rules": 16,
    "pairing": 17,
    "votes": 18,
    "exclusions": 19,
    "scores": 20,
    "result": 21,
}
CLOSED_TO_THE_PUBLIC = {"pairing", "votes", "exclusions"}


@pytest.fixture(scope="module")
def verifier(browser: Browser) -> Iterator[SecondVerifier]:
    """The page, opened once; nothing may have gone wrong on it."""
    made = SecondVerifier(browser)
    yield made
    troubles = made.troubles
    made.close()
    assert troubles == []


@pytest.fixture(scope="module")
def told() -> Scribe:
    """The round of the golden folder."""
    return golden()


def test_folder_of_an_auditor(verifier):
    """Every check holds on the golden folder of an auditor."""
    said = verifier.check(read("auditors"))

    assert (said.exit, set(said.states.values())) == (0, {"holds"})


def test_folder_for_everyone(verifier):
    """In a public folder three checks are said not to be made, one is made in part, and nothing fails."""
    said = verifier.check(read("public"))

    assert (said.exit, said.states["scores"]) == (0, "partial")
    assert {name for name, state in said.states.items() if state == "unchecked"} == CLOSED_TO_THE_PUBLIC


@pytest.mark.parametrize("kind", ["auditors-reference", "public-reference"])
def test_folder_with_a_reference(verifier, kind):
    """The golden folders of a round with a reference hold; a vote on the reference is no row in either."""
    files = read(kind)
    other = files["votes.csv"].replace(b"\nbeodeulchi,susukkang", b"\nbeodeulchi,mulsujebi", 1)

    assert verifier.check(files).exit == 0
    assert other != files["votes.csv"]
    assert verifier.check(listed({**files, "votes.csv": other})).exit == CODES["scores"]


def test_forged_battles_with_a_reference(verifier):
    """Who meets a reference follows from the seed, and without controls nobody does."""
    drawn, without = with_reference(), scribed(contest(4, references=1, controls=0), Plan())
    seats = [one.payload["seats"] for one in drawn.told.entries if one.kind == "BattleOpened"]
    met = next(one for one in seats if "mulsujebi" in one.values())
    met["a"], met["b"] = met["b"], met["a"]
    payload(without, "BattleOpened")["seats"]["a"] = "mulsujebi"

    assert verifier.check(folder(drawn)).exit == CODES["pairing"]
    assert verifier.check(folder(without)).exit == CODES["pairing"]


def test_a_reference_is_not_removed(verifier):
    """A decision that removes a reference is no exclusion."""
    plan = Plan(battles=80, results=2, removed="mulsujebi")
    told = scribed(contest(4, references=1, controls=4, votes_per_person=40), plan)

    assert verifier.check(folder(told)).exit == CODES["exclusions"]


@pytest.mark.parametrize("kind", ["auditors", "public"])
def test_report_on_blindness(verifier, tmp_path, kind):
    """A report on blindness may stand in a folder, and both verifiers say that they did not check it."""
    files = {**read(kind), "blindness.json": b'{"round": "another"}'}
    unlisted = verifier.check(files)
    said = verifier.check(listed(files))
    findings = Findings()
    check_folder(write(tmp_path / kind, listed(files)), findings)

    assert (said.exit, said.states["folder"]) == (0, "holds")
    assert any("blindness.json" in sentence for sentence in said.sentences["folder"])
    assert findings.kept == []
    assert Notice.BLINDNESS in findings.notices
    assert (unlisted.exit, unlisted.states["folder"]) == (10, "fails")


@pytest.mark.parametrize("kind", ["auditors", "public"])
def test_files_to_be_read(verifier, tmp_path, kind):
    """Charts, reports and Parquet may stand in a folder, and both verifiers say that they checked no more."""
    files = {**read(kind), **dict.fromkeys(SHOWN, b"shown")}
    unlisted = verifier.check(files)
    said = verifier.check(listed(files))
    findings = Findings()
    check_folder(write(tmp_path / kind, listed(files)), findings)

    assert (said.exit, said.states["folder"]) == (0, "holds")
    assert any("report.pdf" in sentence for sentence in said.sentences["folder"])
    assert findings.kept == []
    assert Notice.SHOWN in findings.notices
    assert (unlisted.exit, unlisted.states["folder"]) == (10, "fails")


@pytest.mark.parametrize("kind", ["auditors", "public"])
def test_alarms_of_canaries(verifier, kind):
    """That a contestant's server was another is told as no fault of the record, and whose to auditors."""
    said = verifier.check(read(kind))
    told = [sentence for sentence in said.sentences["votes"] if "at first: 2" in sentence]

    assert said.exit == 0
    assert len(told) == 1
    assert ("beodeulchi" in told[0] and "susukkang" in told[0]) is (kind == "auditors")


@pytest.mark.parametrize("auditors", [True, False])
@pytest.mark.parametrize("change", ANYWHERE, ids=range(len(ANYWHERE)))
def test_acts_of_staff(verifier, change, auditors):
    """What staff did stands beside the votes at any time, and is no fault of the record."""
    said = verifier.check(retold(change, EARLY, auditors=auditors))

    assert said.exit == 0


def test_every_class_is_said_in_its_order(verifier):
    """The classes are those of the record's description."""
    said = verifier.check(read("public"))

    assert list(said.states) == list(CODES)


@pytest.mark.parametrize("givers", [0, 1], ids=["of nobody", "of one"])
@pytest.mark.parametrize("auditors", [True, False], ids=["auditors", "public"])
def test_nonces_of_some(verifier, givers, auditors):
    """Contestants may give a nonce or not, as in a rehearsal, where nobody does."""
    made = Scribe(contest(), Plan())
    made.nonces = dict(list(made.nonces.items())[:givers])
    made.tell()
    said = verifier.check(folder(made, auditors=auditors))

    assert (said.exit, said.states["pairing"]) == (0, "holds" if auditors else "unchecked")


PICTURED = (Track.OPEN, Track.OPEN_PICTURES)
HONEST = {
    "davidson": ({"ties": Ties.DAVIDSON}, {}),
    "rao-kupper": ({"ties": Ties.RAO_KUPPER}, {}),
    "both bad dropped": ({"both_bad": BothBad.DROPPED}, {}),
    "two contestants": ({"size": 2}, {}),
    "no exclusions": ({"exclusions": Exclusions(0, 0)}, {}),
    "one of two tracks scores": ({"tracks": (Track.OPEN, Track.CITIZEN_PANEL), "scoring": (Track.OPEN,)}, {}),
    "pictures apart": (
        {"tracks": PICTURED, "scoring": (Track.OPEN,), "size": 5, "seeing": 3},
        {},
    ),
    "pictures score": ({"tracks": PICTURED, "scoring": PICTURED, "size": 3, "seeing": 2, "controls": 3}, {}),
    "a reference": ({"size": 5, "references": 1, "controls": 5}, {}),
    "references for pictures": (
        {"tracks": PICTURED, "scoring": PICTURED[:1], "size": 6, "seeing": 4, "references": 2, "controls": 7},
        {},
    ),
    "opened to all": ({"openings": Openings.PUBLIC}, {}),
    "a contestant removed": ({}, {"results": 2, "removed": "mulsujebi"}),
    "pepper destroyed": ({}, {"pepper": True}),
    "rotated": ({}, {"rotate_at": 60}),
    "sealed": ({}, {"publish": False}),
    "still open": ({}, {"close": False}),
}


@pytest.mark.parametrize("name", HONEST)
def test_honest_rounds_of_other_rules(verifier, name):
    """Nothing fails in an honest round, whatever its rules and however far it has come."""
    rules, plan = HONEST[name]
    size = rules.get("size", 4)
    asked = contest(
        size, votes_per_person=40, **{key: value for key, value in rules.items() if key != "size"}
    )
    said = verifier.check(folder(scribed(asked, Plan(battles=200, voters=12, hasty=True, **plan))))

    assert [
        sentence
        for name, state in said.states.items()
        if state == "fails"
        for sentence in said.sentences[name]
    ] == []
    assert said.exit == 0


def after_another(first: Scribe, **rules: object) -> Scribe:
    """Tell a second round on the ledger of a first one."""
    later = first.contest.rules.closes + timedelta(days=2)
    asked = contest(5, round_id="golden-9", opens=later, closes=later + timedelta(days=3), **rules)
    second = Scribe(asked, Plan(battles=60, seed=9), before=first.told)
    second.tell()
    return second


@pytest.mark.parametrize("auditors", [True, False])
def test_second_round_of_a_ledger(verifier, told, auditors):
    """The round of the rules is found on a ledger that holds another one before it."""
    said = verifier.check(folder(after_another(told), auditors=auditors))

    assert said.exit == 0


def test_sealed_result_is_not_called_checked(verifier):
    """Of a result that is committed and not open the page says that it could not check it."""
    said = verifier.check(folder(scribed(contest(4), Plan(battles=60, publish=False))))

    assert said.states["result"] == "unchecked"


@pytest.mark.parametrize(("key", "code"), [(LOG, 0), (NEXT_LOG, 0), (STRANGER, 13), (WITNESS, 13)])
def test_key_from_elsewhere(verifier, key, code):
    """A key of the ledger is accepted, the one before a change of keys too; a stranger's is not."""
    said = verifier.check(read("auditors"), key.vkey)

    assert said.exit == code


def test_key_that_never_handed_over(verifier):
    """Who holds the first key is told when no seal shows that it handed over to the next one."""
    asked = scribed(contest(4, votes_per_person=40), Plan(battles=80, rotate_at=30, overlap=0))

    assert verifier.check(folder(asked)).exit == 0
    assert verifier.check(folder(asked), LOG.vkey).exit == 13


def test_own_key_is_called_trusted(verifier):
    """Without a key the page says that it trusted the folder's own."""
    said = verifier.check(read("auditors"))

    assert any("the folder's own was trusted" in sentence for sentence in said.sentences["signatures"])


@pytest.mark.parametrize("name", ALTERED)
def test_altered_folder(verifier, name):
    """Whatever is altered is found, as a failure of its own class, though the manifest was made to fit."""
    files = read("auditors")
    wanted, change = ALTERED[name]
    change(files)
    said = verifier.check(listed(files))

    assert (said.exit, said.states[wanted]) == (CODES[wanted], "fails")


@pytest.mark.parametrize("name", IN_PUBLIC)
def test_altered_votes_of_everyone(verifier, name):
    """In a public folder votes have pair, verdict and track, and no voter; anything else is found."""
    files = read("public")
    wanted, change = IN_PUBLIC[name]
    change(files)

    assert verifier.check(listed(files)).exit == CODES[wanted]


def test_what_a_public_folder_cannot_tell(verifier):
    """Of a public folder the page says that voters, intervals and the votes left out were not checked."""
    said = " ".join(verifier.check(read("public")).sentences["scores"])

    assert "Only the number of the 31 votes" in said
    assert "number of voters" in said
    assert "intervals" in said


@pytest.mark.parametrize("close", [True, False], ids=["closed", "still open"])
def test_openings_that_the_rules_promise(verifier, close):
    """Where the rules open battles and votes to all, a folder without them lacks them, closed or not."""
    made = Scribe(contest(4, openings=Openings.PUBLIC), Plan(battles=20, close=close))
    made.tell()
    files = folder(made, auditors=False)
    whole = verifier.check(folder(made))

    assert (whole.exit, verifier.check(files).exit) == (0, 15)


@pytest.mark.parametrize("number", range(8))
@pytest.mark.parametrize("auditors", [True, False], ids=["auditors", "public"])
def test_both_verifiers_agree(verifier, tmp_path, number, auditors):
    """On a round of whatever rules, honest or with a vote turned, both verifiers say the same."""
    scribe, _ = honest(number)
    files = folder(scribe, auditors=auditors or scribe.contest.rules.openings is Openings.PUBLIC)
    turned = {**files, "votes.csv": files["votes.csv"].replace(b",model_a,True", b",model_b,True", 1)}
    said = []
    for name, asked in (("honest", files), ("turned", listed(turned))):
        findings = Findings()
        check_folder(write(tmp_path / name, asked), findings)
        said.append((findings.exit_code, verifier.check(asked).exit))

    assert said[0] == (0, 0)
    assert said[1][0] == said[1][1]


@pytest.mark.parametrize("number", range(len(PRESSED)))
def test_what_cannot_have_happened(verifier, tmp_path, number):
    """What the rules or the order of things forbid is of the same class to both, for auditors and for all."""
    change, _ = PRESSED[number]
    said = []
    for auditors in (True, False):
        files = retold(change, auditors=auditors)
        findings = Findings()
        check_folder(write(tmp_path / str(auditors), files), findings)
        said.append((findings.exit_code, verifier.check(files).exit))

    assert [second for _, second in said] == [first for first, _ in said]


@pytest.mark.parametrize("number", range(len(FORGOTTEN)))
def test_a_pepper_that_was_not_the_last(verifier, tmp_path, number):
    """A pepper destroyed before the end of its round is of the same class to both."""
    change, _ = FORGOTTEN[number]
    files = retold(change, scribed(contest(4), replace(PLAN, pepper=True)))
    findings = Findings()
    check_folder(write(tmp_path / "folder", files), findings)

    assert findings.exit_code == verifier.check(files).exit > 0


UNDER = {
    "fewer turns": {"max_turns": 1},
    "fewer verdicts": {"verdicts": (Verdict.A, Verdict.B, Verdict.TIE)},
    "fewer categories": {"categories": ("other",)},
    "fewer tracks": {"tracks": (Track.CITIZEN_PANEL,), "scoring": (Track.CITIZEN_PANEL,)},
}


@pytest.mark.parametrize("auditors", [True, False], ids=["auditors", "public"])
@pytest.mark.parametrize("name", UNDER)
def test_under_narrower_rules(verifier, tmp_path, name, auditors):
    """A round that does what its rules do not know is of the same class to both verifiers."""
    asked = scribed(
        contest(4, votes_per_person=12), Plan(battles=40, voters=7, seed=2, publish=False, results=0)
    )
    reruled(asked, **UNDER[name])
    files = folder(asked, auditors=auditors)
    findings = Findings()
    check_folder(write(tmp_path / "folder", files), findings)

    assert verifier.check(files).exit == findings.exit_code
    assert findings.exit_code in ({18} if auditors else {0, 18, 20})


def test_pictures_that_nobody_takes(verifier, tmp_path):
    """Rules with a track of pictures that one contestant alone takes are no rules to either verifier."""
    asked = scribed(contest(4, seeing=1), Plan(battles=40, voters=7, publish=False, results=0))
    reruled(asked, tracks=PICTURED)
    files = folder(asked)
    findings = Findings()
    check_folder(write(tmp_path / "folder", files), findings)

    assert verifier.check(files).exit == findings.exit_code == 16


BRIEF = Plan(battles=4, voters=2, publish=False, results=0)


@pytest.mark.parametrize("decision", DECISIONS[::7])
def test_what_a_verdict_may_take(verifier, tmp_path, decision):
    """Whatever rules may say of a verdict on the last place, both verifiers read it."""
    shares = {name: Decimal(decision[name]) for name in ("chance", "share")}
    files = folder(scribed(contest(4, decision=DecisionRule(**{**decision, **shares})), BRIEF))
    findings = Findings()
    check_folder(write(tmp_path / "folder", files), findings)

    assert json.loads(files["rules.json"])["rules"]["decision"] == decision
    assert verifier.check(files).exit == findings.exit_code == 0


def frozen_with(decision: object) -> dict[str, bytes]:
    """A folder whose frozen rules say this of a verdict."""
    made = scribed(contest(4), BRIEF)
    document = contest_document(made.contest)
    document["rules"]["decision"] = decision
    payload(made, "RulesFrozen")["hash"] = sha(jcs(document))
    return listed({**folder(made), "rules.json": jcs(document)})


@pytest.mark.parametrize("decision", NO_DECISIONS[::12])
def test_what_no_verdict_takes(verifier, tmp_path, decision):
    """What rules cannot say of a verdict makes them no rules, to both verifiers alike."""
    files = frozen_with(decision)
    findings = Findings()
    check_folder(write(tmp_path / "folder", files), findings)

    assert verifier.check(files).exit == findings.exit_code == 16


def places(document: object, where: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Give where each field of a document stands; of lists, the first item alone."""
    names = document if isinstance(document, dict) else range(min(1, len(document)))
    for name in names:
        yield (*where, name)
        if isinstance(document[name], dict | list):
            yield from places(document[name], (*where, name))


SHORT = folder(scribed(contest(3, references=1), BRIEF))
FROZEN = json.loads(SHORT["rules.json"])
GONE = object()
OF_FORM = {
    **{("rules", name): (*MOMENTS, *NO_MOMENTS) for name in ("opens", "closes")},
    ("rules", "decoding", "top_p"): (*DECIMALS, *NO_DECIMALS, *TOO_LONG),
    ("rules", "titles"): ({"": "x"}, {"가": "x"}, {"ko": ""}),
    ("rules", "controls"): (100, 101),
    ("rules", "decision"): (*DECISIONS, *NO_DECISIONS),
    ("roster",): ([], FROZEN["roster"] * 2, [FROZEN["roster"][0]] * 2, FROZEN["roster"][:1]),
    ("roster", 0, "reference"): (0, 1, 2, True),
}


def put(document: dict, where: tuple[str | int, ...], value: object) -> dict:
    """Give a document with another value in a place, or none."""
    made = copy.deepcopy(document)
    place = made
    for name in where[:-1]:
        place = place[name]
    if value is GONE:
        del place[where[-1]]
    else:
        place[where[-1]] = value
    return made


def are_rules(document: object) -> bool:
    """Tell whether the first verifier takes this for rules."""
    try:
        contest_of(document)
    except BadFolder:
        return False
    return True


@pytest.mark.parametrize("where", [*places(FROZEN), ("more",), ("rules", "more"), ("roster", 0, "reference")])
def test_rules_of_every_form(verifier, where):
    """Whatever stands in a field's place, or nothing, both verifiers take it for rules or neither does."""
    is_there = where[-1] not in {"more", "reference"}
    said = {}
    for value in (*OTHERS, *OF_FORM.get(where, ()), *([GONE] if is_there else [])):
        document = put(FROZEN, where, value)
        sentences = verifier.check(listed({**SHORT, "rules.json": jcs(document)})).sentences["rules"]
        said[repr(value)] = ("rules.json: cannot be read as rules." not in sentences, are_rules(document))

    assert {value: both for value, both in said.items() if both[0] is not both[1]} == {}
    assert False in {by_second for by_second, _ in said.values()}


def test_seats_before_a_picture(verifier):
    """A contestant that takes no pictures and sits in a battle about one is found."""
    asked = scribed(contest(5, seeing=3, tracks=PICTURED, votes_per_person=40), Plan(battles=80, voters=12))
    opened = [entry.payload for entry in asked.told.entries if entry.kind == "BattleOpened"]
    next(one for one in opened if one["track"] == "open_pictures")["seats"]["a"] = "gulleongsoe"

    assert verifier.check(folder(asked)).exit == 17


def test_a_round_opened_again(verifier, tmp_path):
    """A round that is opened a second time, whenever it is, is of the same class to both."""
    told = scribed(contest(4, openings=Openings.PUBLIC), Plan(battles=40, voters=7, publish=False, results=0))
    exits = []
    for place in (1, 40):
        opened = []

        def open_again(entries, place=place, opened=opened):
            entries.insert(place, replace(entries[0], time=entries[place - 1].time))
            opened += [entry.opening(seq) + b"\n" for seq, entry in enumerate(entries)]

        files = listed({**retold(open_again, told), "openings.jsonl": b"".join(opened)})
        findings = Findings()
        check_folder(write(tmp_path / str(place), files), findings)
        exits += [findings.exit_code, verifier.check(files).exit]

    assert exits == [18] * 4


FEW = "intervals need the votes of at least two voters; the effective number here is"
REFUSALS = {
    "the votes of 7 voters are too alike to say how sure a rating is": 0,
    "the votes of 900 voters are too alike to say how sure a rating is": 20,
    "without a single voter 'susukkang' could not be rated: there is no interval": 0,
    "without a single voter 'nobody' could not be rated: there is no interval": 20,
    f"{FEW} 1.50": 20,
    f"{FEW} 9.50": 20,
    "the team was caught": 20,
    "": 20,
}


@pytest.fixture(scope="module")
def sealed() -> tuple[Contest, dict[str, bytes]]:
    """A public folder of a round whose result is not open yet."""
    made = scribed(contest(4, votes_per_person=12), Plan(battles=40, voters=7, publish=False))
    return made.contest, folder(made, auditors=False)


@pytest.mark.parametrize("reason", REFUSALS)
def test_reasons_for_no_scores(verifier, sealed, tmp_path, reason):
    """Scores may be left out for too few voters, where there can be so few, and for no invented reason."""
    asked, files = sealed
    files = listed({**files, **score_files(asked, refused(reason))})
    findings = Findings()
    check_folder(write(tmp_path / "folder", files), findings)

    assert (findings.exit_code, verifier.check(files).exit) == (REFUSALS[reason], REFUSALS[reason])


IMPOSSIBLE = {
    "nothing": (lambda _: None, 0),
    "more voters than votes": (lambda said: said.update(voters=10**9), 20),
    "fewer voters than the cap lets": (lambda said: said.update(voters=2), 20),
    "an effective number of one": (lambda said: said.update(effective_voters=1.0), 20),
    "fewer draws": (lambda said: said.update(draws=3), 20),
    "an error below zero": (lambda said: said["contestants"][0].update(se=-1.0), 20),
    "a tiny error": (lambda said: said["contestants"][0].update(se=0.0001), 20),
    "a rank below one": (lambda said: said["contestants"][0].update(rank_low=0), 20),
    "a chance beyond one": (lambda said: said["contestants"][0].update(p_last=5.0), 20),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_figures_that_cannot_be(verifier, sealed, tmp_path, name):
    """Figures that no voters can give are found, though nobody is told who voted."""
    change, code = IMPOSSIBLE[name]
    _, files = sealed
    said = json.loads(files["standings.json"])
    change(said)
    files = listed({**files, "standings.json": pretty(said)})
    findings = Findings()
    check_folder(write(tmp_path / "folder", files), findings)

    assert (findings.exit_code, verifier.check(files).exit) == (code, code)


BEACONS = {
    "none": ("", "", 0, "nobody else could keep it from being chosen"),
    "one": ("digits of e", "2.71", 0, "digits of e = 2.71"),
    "one that the rules do not name": ("", "2.71", 17, "that the rules do not name"),
    "none though the rules name one": ("digits of e", "", 17, "none was taken"),
}


@pytest.mark.parametrize("auditors", [True, False], ids=["auditors", "public"])
@pytest.mark.parametrize("name", BEACONS)
def test_beacons(verifier, name, auditors):
    """A beacon is drawn just where the rules name one, and what nobody can check of it here is said."""
    source, value, code, words = BEACONS[name]
    made = Scribe(contest(beacon=source), Plan())
    made.beacon = value
    made.tell()
    said = verifier.check(folder(made, auditors=auditors))

    assert said.exit == code
    assert words in " ".join(said.sentences["pairing"])


PUBLIC_TOO = [name for name, (wanted, _) in ALTERED.items() if wanted in {"tree", "rules", "result"}] + [
    "a vote turned",
    "points in scores.csv",
]


@pytest.mark.parametrize("name", PUBLIC_TOO)
def test_altered_public_folder(verifier, name):
    """What everyone can check is found in a public folder too."""
    files = read("public")
    wanted, change = ALTERED[name]
    change(files)

    assert verifier.check(listed(files)).exit == CODES[wanted]


@pytest.mark.parametrize("name", MISPLACED)
def test_folder_that_is_not_whole(verifier, name):
    """A file that is missing, too many, or not the one in the manifest is named."""
    files = read("auditors")
    MISPLACED[name](files)

    assert verifier.check(files).exit == 10


@pytest.mark.parametrize("kind", ["public", "auditors"])
@pytest.mark.parametrize("name", ["scores.csv", "standings.json", "result.json"])
def test_any_digit_of_a_score(verifier, name, kind):
    """No digit of a score, an interval or a rank can be altered unseen, in whatever file it stands."""
    files = read(kind)
    content = files[name]
    digits = [at for at, byte in enumerate(content) if chr(byte).isdigit()]
    unseen = []
    for at in digits[:: len(digits) // 40]:
        other = b"7" if content[at : at + 1] != b"7" else b"3"
        files[name] = content[:at] + other + content[at + 1 :]
        if verifier.check(listed(files)).exit not in {CODES["scores"], CODES["result"]}:
            unseen.append(content[: at + 1].splitlines()[-1].split()[0])

    assert unseen == []


def test_altered_workbook(verifier):
    """A workbook whose figures are not those of the sheet is found."""
    other = folder(scribed(contest(4, votes_per_person=40), Plan(battles=60)))
    files = {**read("auditors"), "scores.xlsx": other["scores.xlsx"]}

    assert verifier.check(listed(files)).exit == 20


@pytest.mark.parametrize("name", FOR_EVERYONE)
def test_forged_round_seen_by_everyone(verifier, told, name):
    """What is forged in the scores is found in a public folder too."""
    wanted, forge = FORGED[name]
    scribe = copy.deepcopy(told)
    forge(scribe)

    assert verifier.check(folder(scribe, auditors=False)).exit == CODES[wanted]


@pytest.mark.parametrize("name", FORGED)
def test_forged_round(verifier, told, name):
    """What the operator himself forges, and seals and signs as if it were true, is found as well."""
    wanted, forge = FORGED[name]
    scribe = copy.deepcopy(told)
    forge(scribe)
    said = verifier.check(folder(scribe))

    assert (said.exit, said.states[wanted]) == (CODES[wanted], "fails")


def test_forged_shape(verifier, told):
    """A content that fits its fingerprint and is not what such an entry holds is found."""
    scribe = copy.deepcopy(told)
    payload(scribe, "VoteCast")["nth"] = "first"

    assert verifier.check(folder(scribe)).exit == 15


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files(verifier, kind):
    """Any file may hold anything: the page says in which one it is, and does not stop working."""
    exits = []
    for name in TEXTS:
        files = {**read("auditors"), name: HOSTILE[kind]}
        exits.append(verifier.check(files if name == "manifest.json" else listed(files)).exit)

    assert 0 not in exits


def test_sentences_name_file_and_line(verifier):
    """A broken line is named by file and line, in both languages."""
    files = read("auditors")
    lines("openings.jsonl", lambda found: found.__setitem__(69, b"{broken\n"))(files)
    said = verifier.check(listed(files))

    assert said.sentences["openings"][0].startswith("openings.jsonl, line 70: ")
    assert said.korean["openings"][0].startswith("openings.jsonl 70번째 줄: ")


def test_workbook_that_unpacks_to_gigabytes(verifier):
    """A workbook that unpacks without end is refused, not unpacked."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
            archive.writestr(part, b" " * 40_000_000)
    files = {**read("auditors"), "scores.xlsx": made.getvalue()}

    assert verifier.check(listed(files)).exit == 20
