"""The verifier on rounds that the scribe writes: honest ones hold, every change is found as what it is."""

import json
import re
from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arena.contest.rules import Exclusions, Openings, Track, Witnesses
from arena.ledger.checks import Check
from arena.ledger.findings import Findings, Notice
from arena.ledger.flaws import Flaw
from arena.ledger.note import Vkey
from arena.ledger.verify import Parts, check
from tests.scribe import LOG, NEXT_LOG, ORIGIN, WITNESS, Key, Plan, Scribe, jcs, secret_commitment, sha
from tests.scribe_folder import contest, folder, scribed

PLAN = Plan(
    battles=40,
    voters=7,
    seed=2,
    rotate_at=25,
    withdrawals=1,
    late_withdrawals=1,
    hasty=True,
    alarms=2,
    keeps=1,
    acts=2,
)
ROUND = scribed(contest(4, votes_per_person=12), PLAN)
FILES = folder(ROUND)


def parts(files, *trusted):
    """The parts of a folder as they come from a disk."""
    return Parts(
        rules=files["rules.json"],
        keys=files["keys.txt"],
        ledger=files["ledger.jsonl"].splitlines(keepends=True),
        openings=files["openings.jsonl"].splitlines(keepends=True),
        checkpoints=files["checkpoints.jsonl"].splitlines(keepends=True),
        last_checkpoint=files["checkpoint.txt"],
        trusted=trusted,
    )


def found(files, *trusted):
    """What the verifier finds."""
    findings = Findings()
    check(parts(files, *trusted), findings)
    return findings


def flaws(files, *trusted):
    """The flaws that are found, each once."""
    return {finding.flaw for finding in found(files, *trusted).kept}


def retold(change, told=ROUND, *, auditors=True):
    """The folder of the same round, written and sealed anew after `change` has been made to its entries."""
    entries = [replace(entry, payload=dict(entry.payload)) for entry in told.told.entries]
    change(entries)
    sizes = sorted({size for size in told.told.sizes if size < len(entries)} | {len(entries)})
    other = replace(told.told, entries=entries, sizes=sizes)
    kept, told.told = told.told, other
    try:
        return folder(told, auditors=auditors)
    finally:
        told.told = kept


def first(entries, kind, nth=0):
    """The place of the nth entry of a kind."""
    return [place for place, entry in enumerate(entries) if entry.kind == kind][nth]


def saying(kind, which=0, **payload):
    """A change: an entry says something else."""

    def change(entries):
        entries[first(entries, kind, which)].payload.update(payload)

    return change


def at(kind, time, nth=0):
    """A change: an entry, and what follows, happens at another time."""

    def change(entries):
        place = first(entries, kind, nth)
        entries[place:] = [replace(entry, time=max(entry.time, time)) for entry in entries[place:]]

    return change


def without(kind, nth=0):
    """A change: an entry is not there."""

    def change(entries):
        del entries[first(entries, kind, nth)]

    return change


def again(kind, nth=0, later=1):
    """A change: an entry is there twice."""

    def change(entries):
        place = first(entries, kind, nth)
        entries.insert(place + later, replace(entries[place], salt=b"another salt 16b"))

    return change


def sooner(kind, before):
    """A change: the last entry of a kind stands before the first of another."""

    def change(entries):
        moved = entries.pop(first(entries, kind, -1))
        place = first(entries, before)
        entries.insert(place, replace(moved, time=entries[place].time))

    return change


def later(kind, after):
    """A change: the first entry of a kind stands behind the first of another."""

    def change(entries):
        moved = entries.pop(first(entries, kind))
        place = first(entries, after)
        entries.insert(place + 1, replace(moved, time=entries[place].time))

    return change


def test_an_honest_round():
    """Of an honest round everything holds, and what was not needed is said."""
    findings = found(FILES)

    assert findings.kept == []
    assert findings.exit_code == 0
    assert list(findings.notices) == [Notice.FOLDERS_KEYS, Notice.BEACON_TOLD, Notice.ALARMS]


@pytest.mark.parametrize(("auditors", "notice"), [(True, Notice.ALARMS), (False, Notice.ALARMS_SEALED)])
def test_alarms_of_canaries(auditors, notice):
    """That a contestant's server was another is told as no fault of the record, and whose to auditors."""
    findings = found(folder(ROUND, auditors=auditors))
    said = notice.words.said("en", *findings.notices[notice])

    assert findings.kept == []
    assert not {Notice.ALARMS, Notice.ALARMS_SEALED} - {notice} & findings.notices.keys()
    assert "at first: 2" in said
    assert ("beodeulchi, susukkang" in said) is auditors


def test_no_alarm_of_canaries():
    """Where nothing alarmed, nothing is said of canaries."""
    findings = found(folder(scribed(contest(4, votes_per_person=12), replace(PLAN, alarms=0))))

    assert not {Notice.ALARMS, Notice.ALARMS_SEALED} & findings.notices.keys()


def test_progress_is_heard():
    """Whoever waits for a long check hears how far it is."""
    heard = []

    check(parts(FILES), Findings(), heard.append)

    assert heard[-1] == len(ROUND.told.entries)


VOTES = [place for place, entry in enumerate(ROUND.told.entries) if entry.kind == "VoteCast"]
PRESSED = [
    (saying("RoundOpened", pepper="x"), {Flaw.BROKEN_OPENING, Flaw.NO_ROUND}),
    (saying("RoundOpened", log="no key"), {Flaw.BROKEN_KEY}),
    (saying("RoundOpened", log=WITNESS.vkey), {Flaw.BROKEN_KEY}),
    (saying("RoundOpened", round="other"), {Flaw.NO_ROUND}),
    (saying("RulesFrozen", hash="0" * 64), {Flaw.OTHER_RULES}),
    (saying("RulesFrozen", round="other"), {Flaw.OTHER_ROUND}),
    (saying("RosterFrozen", hash="0" * 64), {Flaw.OTHER_ROSTER}),
    (saying("SeedCommitted", secret="0" * 64), {Flaw.OTHER_SECRET}),
    (saying("SeedCommitted", beacon="other"), {Flaw.OTHER_BEACON}),
    (saying("SeedCommitted", nonces={}), {Flaw.OTHER_NONCES}),
    (saying("BeaconDrawn", nonces={}), {Flaw.OTHER_NONCES}),
    (saying("BeaconDrawn", beacon=""), {Flaw.OTHER_BEACON}),
    (saying("BeaconDrawn", beacon="3.14"), {Flaw.OTHER_SEATS}),
    (saying("SeedRevealed", secret="0" * 64), {Flaw.OTHER_SECRET}),
    (saying("BattleOpened", number=7), {Flaw.SKIPPED}),
    (saying("BattleOpened", seats={"a": "x", "b": "y"}), {Flaw.NOBODY}),
    (saying("BattleOpened", seats={"a": "susukkang", "b": "susukkang"}), {Flaw.OTHER_SEATS}),
    (saying("BattleOpened", track="expert_panel"), {Flaw.UNKNOWN_WORD}),
    (saying("BattleOpened", category="x"), {Flaw.UNKNOWN_WORD}),
    (saying("BattleOpened", language="fr"), {Flaw.UNKNOWN_WORD}),
    (saying("BattleOpened", which=1, battle=ROUND.told.entries[5].payload["battle"]), {Flaw.TWICE}),
    (saying("BattleOpened", battle="x"), {Flaw.UNKNOWN_BATTLE}),
    (saying("RepliesCommitted", turn=2), {Flaw.TURN}),
    (saying("BattleVoided", turn=3), {Flaw.TURN}),
    (saying("VoteCast", voter="A" * 26), {Flaw.OTHER_VOTER}),
    (saying("VoteCast", track="expert_panel"), {Flaw.UNKNOWN_WORD}),
    (saying("VoteCast", verdict="c"), {Flaw.UNKNOWN_WORD}),
    (saying("VoteCast", nth=2), {Flaw.NTH}),
    (saying("VoteCast", battle="x"), {Flaw.UNKNOWN_BATTLE}),
    (saying("VoteWithdrawn", vote=0), {Flaw.NO_VOTE}),
    (saying("VoteWithdrawn", battle="x"), {Flaw.NO_VOTE}),
    (saying("VoteWithdrawn", voter="A" * 26), {Flaw.OTHER_VOTER}),
    (saying("CanariesKept", kept={"x": "ab" * 32}), {Flaw.UNKNOWN_WORD}),
    (saying("CanariesKept", kept={"gulleongsoe": "x"}), {Flaw.BROKEN_OPENING}),
    (saying("CanariesKept", looks=0), {Flaw.BROKEN_OPENING}),
    (saying("CanariesKept", level="much"), {Flaw.BROKEN_OPENING}),
    (saying("CanariesKept", round="other"), {Flaw.OTHER_ROUND}),
    (sooner("CanariesKept", "BeaconDrawn"), {Flaw.ORDER}),
    (later("CanariesKept", "RoundClosed"), {Flaw.ORDER}),
    (saying("CanaryAlarmed", contestant="x"), {Flaw.UNKNOWN_WORD}),
    (saying("CanaryAlarmed", round="other"), {Flaw.OTHER_ROUND}),
    (saying("CanaryAlarmed", p=10_000_001), {Flaw.NO_ALARM}),
    (saying("CanaryAlarmed", endpoint=0), {Flaw.BROKEN_OPENING}),
    (saying("CanaryAlarmed", endpoint="http://one.example/v1"), {Flaw.BROKEN_OPENING}),
    (saying("CanaryAlarmed", look=2**53), {Flaw.BROKEN_OPENING}),
    (saying("CanaryAlarmed", sizes={"kept": 160}), {Flaw.BROKEN_OPENING}),
    (again("CanaryAlarmed"), {Flaw.NO_ALARM}),
    (sooner("CanaryAlarmed", "BeaconDrawn"), {Flaw.ORDER}),
    (later("CanaryAlarmed", "RoundClosed"), {Flaw.ORDER}),
    (saying("Audited", account=1), {Flaw.BROKEN_OPENING}),
    (saying("Audited", act=""), {Flaw.BROKEN_OPENING}),
    (saying("Audited", after={"endpoints": ["one"]}), {Flaw.BROKEN_OPENING}),
    (saying("Audited", before={"votes": -1}), {Flaw.BROKEN_OPENING}),
    (saying("Audited", name="somebody"), {Flaw.BROKEN_OPENING}),
    (saying("RoundClosed", votes=1), {Flaw.COUNTS}),
    (saying("Excluded", rule="x"), {Flaw.BAD_EXCLUSION}),
    (saying("Excluded", refs=[]), {Flaw.BAD_EXCLUSION}),
    (saying("Excluded", refs=[0]), {Flaw.BAD_EXCLUSION}),
    (saying("Excluded", refs=[2, 1]), {Flaw.BROKEN_OPENING}),
    (saying("Excluded", contestant="susukkang"), {Flaw.BAD_EXCLUSION}),
    (saying("Excluded", rule="decision"), {Flaw.BAD_EXCLUSION}),
    (saying("Excluded", which=1, rule="votes_per_minute"), {Flaw.NOT_DERIVED}),
    (saying("Excluded", rule="contestant_removed", reason=""), {Flaw.BAD_EXCLUSION}),
    (
        saying("Excluded", rule="contestant_removed", reason="r", contestant="x", refs=[]),
        {Flaw.BAD_EXCLUSION},
    ),
    (without("Excluded"), {Flaw.NOT_EXCLUDED}),
    (again("Excluded"), {Flaw.BAD_EXCLUSION}),
    (saying("ResultCommitted", number=2), {Flaw.RESULT_NUMBER}),
    (saying("ResultOpened", commitment="0" * 64), {Flaw.EARLY_RESULT}),
    (without("ResultCommitted"), {Flaw.EARLY_RESULT}),
    (without("SeedCommitted"), {Flaw.ORDER, Flaw.OTHER_NONCES}),
    (again("SeedRevealed"), {Flaw.ORDER}),
    (again("VoteCast"), {Flaw.OVER, Flaw.NO_VOTE}),
    (again("RoundOpened"), {Flaw.ORDER}),
    (without("RoundOpened"), {Flaw.NO_ROUND}),
    (without("RepliesCommitted"), {Flaw.NO_REPLIES}),
    (at("BattleOpened", ROUND.end, nth=30), {Flaw.CLOCK}),
    (saying("KeyRotated", old=WITNESS.vkey), {Flaw.BROKEN_KEY, Flaw.CHAIN}),
    (saying("KeyRotated", new="x"), {Flaw.BROKEN_KEY}),
    (saying("KeyRotated", overlap=-1), {Flaw.BROKEN_OPENING}),
    (again("RepliesCommitted", later=2), {Flaw.OVER}),
    (again("BattleVoided"), {Flaw.OVER}),
    (saying("BattleOpened", which=-1, track="expert_panel", number=1), {Flaw.UNKNOWN_WORD}),
]


@pytest.mark.parametrize(("change", "expected"), PRESSED, ids=range(len(PRESSED)))
def test_what_cannot_have_happened(change, expected):
    """Whoever has every key still cannot seal what the rules or the order of things forbid."""
    files = retold(change)

    assert flaws(files) >= expected


ANYWHERE = [
    again("Audited", -1),
    saying("Audited", role="a role of later"),
    saying("Audited", round="another", before={"phase": "x" * 3_000}),
    saying("Audited", which=-1, account="", after={}),
    sooner("Audited", "RoundClosed"),
    sooner("Audited", "ResultOpened"),
]
"""What staff may have done at any time, in whatever round."""


EARLY = scribed(contest(4, votes_per_person=12), replace(PLAN, early_acts=True))
"""A round whose staff did something before it began, and before its beacon was drawn."""


@pytest.mark.parametrize("auditors", [True, False])
@pytest.mark.parametrize("change", ANYWHERE, ids=range(len(ANYWHERE)))
def test_acts_of_staff(change, auditors):
    """What staff did stands beside the votes at any time, and is no fault of the record."""
    files = retold(change, EARLY, auditors=auditors)

    assert flaws(files) == set()


def drawn(named, value):
    """A round whose rules name a beacon or none, and whose seed was made with this value."""
    told = Scribe(contest(4, votes_per_person=12, beacon=named), PLAN)
    told.beacon = value
    told.tell()
    return told


@pytest.mark.parametrize("auditors", [True, False])
@pytest.mark.parametrize(("named", "value"), [("", "7391"), ("digits of e", "")])
def test_a_beacon_that_is_not_as_ruled(named, value, auditors):
    """A seed is made with a beacon's value where the rules name one, and only there."""
    assert flaws(folder(drawn(named, value), auditors=auditors)) == {Flaw.OTHER_BEACON}


def test_what_no_record_tells_of_a_beacon():
    """Of a beacon the reader is given source and value to compare; of none she is told who made the seed."""
    named, unnamed = found(folder(drawn("digits of e", "{0}71"))), found(folder(drawn("", "")))
    words = Notice.BEACON_TOLD.words.said("en", *named.notices[Notice.BEACON_TOLD])

    assert words.endswith("compare it yourself: digits of e = {0}71")
    assert Notice.NO_BEACON not in named.notices
    assert Notice.NO_BEACON in unnamed.notices
    assert Notice.BEACON_TOLD not in unnamed.notices


def test_a_beacon_that_is_not_drawn():
    """Before the beacon is drawn there is no value to compare."""
    told = scribed(contest(4), replace(PLAN, battles=0, withdrawals=0, close=False))
    place = first(told.told.entries, "BeaconDrawn")
    told.told.entries[place:] = []
    told.told.sizes[:] = [place]
    findings = found(folder(told))

    assert findings.kept == []
    assert not {Notice.BEACON_TOLD, Notice.NO_BEACON} & findings.notices.keys()


def test_a_vote_over_the_cap():
    """A voter's votes beyond the cap are named, though they are signed and in order."""
    files = folder(scribed(contest(4, votes_per_person=12), replace(PLAN, battles=10)))
    rules = json.loads(files["rules.json"])
    rules["rules"]["votes_per_person"] = 1
    told = scribed(contest(4, votes_per_person=12), replace(PLAN, battles=10))
    told.contest = contest(4, votes_per_person=1)
    told.told.entries[1].payload["hash"] = sha(jcs(rules))

    assert Flaw.CAP in flaws(folder(told))


def test_a_contestant_that_was_removed():
    """An honest round may remove a contestant after its first result, once and with a reason."""
    plan = replace(PLAN, results=2, removed="susukkang")
    told = scribed(contest(4, votes_per_person=12), plan)

    assert flaws(folder(told)) == set()
    assert flaws(retold(again("Excluded", nth=-1), told)) >= {Flaw.BAD_EXCLUSION}


def test_nobody_meets_itself_without_controls():
    """Where the rules have no controls, a battle of a contestant with itself is no pairing at all."""
    told = scribed(contest(4, controls=0), PLAN)
    forged = retold(saying("BattleOpened", seats={"a": "susukkang", "b": "susukkang"}), told)

    assert flaws(folder(told)) == set()
    assert Flaw.NOBODY in flaws(forged)


REFERRED = scribed(contest(4, references=1, controls=4, votes_per_person=40), replace(PLAN, battles=80))


@pytest.mark.parametrize(
    ("seats", "flaw"),
    [
        ({"a": "mulsujebi", "b": "mulsujebi"}, Flaw.OTHER_SEATS),
        ({"a": "gulleongsoe", "b": "bujikkaengi"}, Flaw.NOBODY),
    ],
)
def test_references_are_drawn(seats, flaw):
    """Who meets a reference follows from the seed as all seats do, and it never meets itself."""
    opened = [one.payload["seats"] for one in REFERRED.told.entries if one.kind == "BattleOpened"]
    which = next(nth for nth, one in enumerate(opened) if "mulsujebi" in one.values())

    assert flaws(folder(REFERRED)) == flaws(folder(REFERRED, auditors=False)) == set()
    assert flaws(retold(saying("BattleOpened", which, seats=seats), REFERRED)) >= {flaw}


def test_references_without_controls():
    """Where the rules have no controls, nobody meets a reference."""
    told = scribed(contest(4, references=1, controls=0), PLAN)
    forged = retold(saying("BattleOpened", seats={"a": "gulleongsoe", "b": "mulsujebi"}), told)

    assert flaws(folder(told)) == set()
    assert Flaw.NOBODY in flaws(forged)


def test_references_are_not_removed():
    """A reference has no score that it could be removed from."""
    plan = replace(PLAN, battles=80, results=2, removed="mulsujebi")
    told = scribed(contest(4, references=1, controls=4, votes_per_person=40), plan)

    assert Flaw.BAD_EXCLUSION in flaws(folder(told))


TRACKS = (Track.OPEN, Track.OPEN_PICTURES)
PICTURED = scribed(
    contest(5, seeing=3, tracks=TRACKS, scoring=TRACKS[:1], votes_per_person=40),
    replace(PLAN, battles=80, voters=12),
)


def pictured(told):
    """Who sits where in the battles about pictures."""
    opened = [entry.payload for entry in told.told.entries if entry.kind == "BattleOpened"]
    return [one["seats"] for one in opened if one["track"] == "open_pictures"]


def test_questions_with_pictures():
    """They have numbers and seats of their own, of those contestants alone that take pictures."""
    seated = {one for seats in pictured(PICTURED) for one in seats.values()}

    assert flaws(folder(PICTURED)) == set()
    assert seated == {"susukkang", "mulsujebi", "bujikkaengi"}


@pytest.mark.parametrize(
    ("seats", "flaw"),
    [
        ({"a": "gulleongsoe", "b": "susukkang"}, Flaw.NOBODY),
        (dict(zip("ab", reversed(pictured(PICTURED)[0].values()), strict=True)), Flaw.OTHER_SEATS),
    ],
)
def test_other_seats_before_a_picture(seats, flaw):
    """Whoever sits in such a battle and takes no pictures is named, and so is whoever was not drawn."""
    entries = PICTURED.told.entries
    opened = [entry for entry in entries if entry.kind == "BattleOpened"]
    which = [entry.payload["track"] for entry in opened].index("open_pictures")

    assert flaws(retold(saying("BattleOpened", which, seats=seats), PICTURED)) >= {flaw}


def test_picture_in_a_round_without():
    """A picture that the rules do not allow does not let those sit there who take none."""
    told = retold(saying("BattleOpened", 0, track="open_pictures"))

    assert flaws(told) >= {Flaw.UNKNOWN_WORD, Flaw.NOBODY}


def test_controls_count_for_nothing():
    """Votes of controls are on record, and in no file of votes."""
    told = scribed(contest(4, controls=12), replace(PLAN, battles=200, voters=30))
    files = folder(told)
    met = [line.split(b",")[:2] for line in files["votes.csv"].splitlines()[1:]]
    alone = [
        one
        for one in told.told.entries
        if one.kind == "BattleOpened" and len({*one.payload["seats"].values()}) == 1
    ]

    assert len(alone) > 50
    assert all(a != b for a, b in met)
    assert flaws(files) == set()
    assert flaws(folder(told, auditors=False)) == set()


def test_a_pepper_that_was_another():
    """What is destroyed in the end is the pepper that made the pseudonyms."""
    told = scribed(contest(4), replace(PLAN, pepper=True))
    other = retold(saying("PepperDestroyed", pepper="0" * 64), told)

    assert flaws(folder(told)) == set()
    assert flaws(other) == {Flaw.OTHER_PEPPER}


FORGOTTEN = [
    (again("PepperDestroyed"), Flaw.ORDER),
    (sooner("PepperDestroyed", "ResultOpened"), Flaw.EARLY_RESULT),
    (sooner("PepperDestroyed", "Excluded"), Flaw.ORDER),
    (sooner("PepperDestroyed", "RoundClosed"), Flaw.ORDER),
]
"""Ways to destroy the pepper before the round is over."""


@pytest.mark.parametrize(("change", "expected"), FORGOTTEN, ids=range(len(FORGOTTEN)))
def test_a_pepper_that_was_not_the_last(change, expected):
    """The pepper of a round is destroyed once, at its very end."""
    told = scribed(contest(4), replace(PLAN, pepper=True))
    forged = retold(change, told)

    assert expected in flaws(forged)


def test_a_public_folder():
    """A folder for everyone holds, and the verifier says what it could not check."""
    findings = found(folder(ROUND, auditors=False))

    assert findings.exit_code == 0
    assert Notice.PUBLIC_FOLDER in findings.notices
    assert findings.is_open(Check.VOTES)
    assert not findings.is_open(Check.TREE)


@pytest.mark.parametrize("kind", ["BattleOpened", "VoteCast"])
def test_times_in_a_public_folder(kind):
    """Everyone can see that a battle or a vote is of a time at which the round was not open."""
    late = retold(at(kind, ROUND.end, nth=-1), auditors=False)

    assert Flaw.CLOCK in flaws(late)


def test_rules_that_open_all():
    """Where the rules open all to everyone, a folder without openings is one that lacks them."""
    told = scribed(contest(4, openings=Openings.PUBLIC), PLAN)

    assert flaws(folder(told)) == set()
    assert flaws(folder(told, auditors=False)) == {Flaw.UNOPENED}


@pytest.mark.parametrize(
    "kind", ["VoteCast", "BattleOpened", "Excluded", "SeedRevealed", "RulesFrozen", "KeyRotated"]
)
def test_an_opening_left_out(kind):
    """One missing opening is missed."""
    place = first(ROUND.told.entries, kind)
    lines = FILES["openings.jsonl"].splitlines(keepends=True)
    files = {**FILES, "openings.jsonl": b"".join(lines[:place] + lines[place + 1 :])}

    assert Flaw.UNOPENED in flaws(files)


def test_an_open_round():
    """A round that goes on is checked as far as it is, and that is said."""
    findings = found(folder(scribed(contest(4), replace(PLAN, close=False))))

    assert findings.exit_code == 0
    assert {Notice.ROUND_OPEN, Notice.SEED_SEALED} <= findings.notices.keys()


def test_a_round_without_battles():
    """A round in which nothing has happened yet holds."""
    findings = found(folder(scribed(contest(4), Plan(battles=0, close=False, withdrawals=0))))

    assert findings.exit_code == 0
    assert Notice.SEED_SEALED not in findings.notices


def test_rounds_after_each_other():
    """A later round in the same ledger is checked by itself; what other rounds say is not needed."""
    second = contest(3, round_id="golden-2")
    before = scribed(contest(4), replace(PLAN, pepper=True)).told
    scribe = Scribe(second, Plan(battles=12, voters=5, withdrawals=0, seed=5), before)
    scribe.start, scribe.end = scribe.start + 10_000_000, scribe.end + 10_000_000
    scribe.tell()
    findings = found(folder(scribe))

    assert {finding.flaw for finding in findings.kept} <= {Flaw.CLOCK}
    assert Notice.OTHER_ROUNDS in findings.notices


# Keys and witnesses


def test_the_last_key_is_enough():
    """Whoever has the key in force need not have the ones before it."""
    assert flaws(FILES, Vkey.parse(NEXT_LOG.vkey)) == set()


def test_an_older_key_hands_over():
    """Whoever has an older key trusts the one that it signed beside."""
    assert flaws(FILES, Vkey.parse(LOG.vkey)) == set()


def test_a_key_that_nobody_vouches_for():
    """Without an overlap the older key says nothing of the newer one."""
    told = scribed(contest(4), replace(PLAN, overlap=0))

    assert flaws(folder(told)) == set()
    assert flaws(folder(told), Vkey.parse(LOG.vkey)) == {Flaw.UNTRUSTED}


def test_a_stranger_s_key():
    """A log signed by other keys than the one in hand is not the log that was meant."""
    assert flaws(FILES, Vkey.parse(Key(ORIGIN, b"x").vkey)) == {Flaw.UNTRUSTED}


def note_lines(change):
    """The folder with its notes changed."""
    notes = [json.loads(line)["note"] for line in FILES["checkpoints.jsonl"].splitlines()]
    change(notes)
    lines = b"".join(jcs({"note": note}) + b"\n" for note in notes)
    return {**FILES, "checkpoints.jsonl": lines, "checkpoint.txt": notes[-1].encode()}


def edited(place, old, new):
    """A change of one note."""

    def change(notes):
        assert old in notes[place]
        notes[place] = notes[place].replace(old, new)

    return change


def test_an_overlap_that_is_not_kept():
    """The first checkpoint of a new key that the old one did not sign is found."""
    rotation = first(ROUND.told.entries, "KeyRotated")
    place = sorted(ROUND.told.sizes).index(rotation + 1)

    def change(notes):
        text, _, lines = notes[place].partition("\n\n")
        notes[place] = f"{text}\n\n" + lines.split("\n")[0] + "\n"

    assert flaws(note_lines(change)) == {Flaw.UNSIGNED}
    assert flaws(note_lines(change), Vkey.parse(LOG.vkey)) >= {Flaw.UNSIGNED}


def test_an_unknown_origin():
    """A checkpoint of another log is named as that."""
    assert Flaw.ORIGIN in flaws(note_lines(edited(0, ORIGIN, "other.example")))


def test_a_signature_of_something_else():
    """A signature by the right key under another text does not hold, whoever is trusted."""

    def change(notes):
        notes[-2] = notes[-2].partition("\n\n")[0] + "\n\n" + notes[-1].partition("\n\n")[2]

    assert flaws(note_lines(change)) == {Flaw.BAD_SIGNATURE, Flaw.BAD_COSIGNATURE}
    assert flaws(note_lines(change), Vkey.parse(LOG.vkey)) >= {Flaw.BAD_SIGNATURE}


def test_a_handover_that_is_forged():
    """An older key's signature that does not hold vouches for nothing."""
    rotation = first(ROUND.told.entries, "KeyRotated")
    places = [place for place, size in enumerate(sorted(ROUND.told.sizes)) if size > rotation]

    def change(notes):
        for place in places:
            text, _, lines = notes[place].partition("\n\n")
            new = next(
                line for line in lines.split("\n") if NEXT_LOG.sign("x")[:40] in line or ORIGIN in line
            )
            notes[place] = f"{text}\n\n{new}\n{LOG.sign('something else')}"

    assert Flaw.UNTRUSTED in flaws(note_lines(change), Vkey.parse(LOG.vkey))


def test_witnesses_that_are_missing():
    """A closed round without its witnesses' signatures does not hold; an open one waits for them."""

    def change(notes):
        notes[-1] = "".join(line for line in notes[-1].splitlines(keepends=True) if WITNESS.name not in line)

    assert flaws(note_lines(change)) == {Flaw.QUORUM}


def test_witness_keys_that_are_none():
    """A key in the rules that is none is named, and a log's key is no witness."""
    asked = Witnesses(("w+00000000+" + "A" * 44, LOG.vkey), 0)
    findings = found(folder(scribed(contest(4, witnesses=asked), PLAN)))

    assert [finding.flaw for finding in findings.kept] == [Flaw.BROKEN_WITNESS]
    assert Notice.NO_WITNESSES in findings.notices


# Trees and lines


def test_checkpoints_that_do_not_fit():
    """A checkpoint of other entries, of too many, of the same size twice, or none at all is found."""
    lines = FILES["checkpoints.jsonl"].splitlines(keepends=True)
    ledger = FILES["ledger.jsonl"].splitlines(keepends=True)
    swapped = {**FILES, "ledger.jsonl": b"".join([*ledger[:-1], ledger[-2]])}
    shorter = {**FILES, "ledger.jsonl": b"".join(ledger[:-1])}
    twice = {**FILES, "checkpoints.jsonl": b"".join([lines[0], *lines])}
    without_last = {**FILES, "checkpoints.jsonl": b"".join(lines[:-1])}
    none = {**FILES, "checkpoints.jsonl": b"", "checkpoint.txt": b""}

    assert Flaw.OTHER_ROOT in flaws(swapped)
    assert Flaw.TOO_FAR in flaws(shorter)
    assert flaws(twice) == {Flaw.DISORDER}
    assert Flaw.UNCOVERED in flaws(without_last)
    assert Flaw.LAST_DIFFERS in flaws(without_last)
    assert Flaw.UNCOVERED in flaws(none)


def test_an_empty_ledger():
    """A ledger without entries is no record of a round."""
    files = {**FILES, "ledger.jsonl": b"", "openings.jsonl": b"", "checkpoints.jsonl": b""}
    findings = found(files)

    assert {Flaw.EMPTY, Flaw.NO_ROUND} <= {finding.flaw for finding in findings.kept}
    assert Notice.KEYS_UNUSED in findings.notices


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda line: line.replace(b'"seq":8', b'"seq":9'), Flaw.NUMBER),
        (lambda line: line.replace(b'"type":"', b'"type":"X'), Flaw.KIND),
        (lambda line: line.replace(b'"time":1', b'"time":'), Flaw.BACKWARDS),
        (lambda line: line.replace(b'","type', b'1,"type').replace(b',"type', b'1,"type', 1), Flaw.MINUTE),
        (lambda line: line.replace(b'","seq', b'","receipt":"' + b"0" * 64 + b'","seq'), Flaw.NO_RECEIPT),
        (lambda line: b"\n", Flaw.BROKEN_LINE),
    ],
)
def test_a_line_that_is_not_right(change, expected):
    """A line of the ledger with another number, type, time or form is named with its line."""
    lines = FILES["ledger.jsonl"].splitlines(keepends=True)
    lines[8] = change(lines[8])
    findings = found({**FILES, "ledger.jsonl": b"".join(lines)})

    assert (expected, 9) in {(finding.flaw, finding.line) for finding in findings.kept}
    assert findings.exit_code in {11, 12}


@pytest.mark.parametrize("name", ["ledger.jsonl", "openings.jsonl", "checkpoints.jsonl"])
def test_a_file_of_rubbish(name):
    """A file of a million empty lines is given up, not read for ever."""
    files = parts(FILES)
    rubbish = (b"\n" for _ in range(1_000_000))
    findings = Findings()
    field = {"ledger.jsonl": "ledger", "openings.jsonl": "openings", "checkpoints.jsonl": "checkpoints"}[name]

    check(replace(files, **{field: rubbish}), findings)

    assert sum(findings.counts.values()) < 5000
    assert next(rubbish) == b"\n"


def test_openings_out_of_order():
    """Openings of entries that are not there, or in another order, are found."""
    lines = FILES["openings.jsonl"].splitlines(keepends=True)
    beyond = jcs({"payload": {}, "salt": "0" * 32, "seq": 10**6}) + b"\n"

    assert Flaw.ORDER_OF_OPENINGS in flaws(
        {**FILES, "openings.jsonl": b"".join([lines[1], lines[0], *lines[2:]])}
    )
    assert Flaw.ORDER_OF_OPENINGS in flaws({**FILES, "openings.jsonl": b"".join([*lines, beyond])})


def test_an_opening_of_another_receipt():
    """A vote whose receipt would show another verdict than it has is found."""
    seq = VOTES[0]
    entry = ROUND.told.entries[seq]
    lines = FILES["ledger.jsonl"].splitlines(keepends=True)
    lines[seq] = lines[seq].replace(entry.receipt().encode(), b"0" * 64)

    assert Flaw.OTHER_RECEIPT in flaws({**FILES, "ledger.jsonl": b"".join(lines)})


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"\xff", b"{" * 5000, b'{"roster":[],"rules":{}}', b'{"a":1e400}', b"null", b'"x"'],
)
def test_rules_that_cannot_be_read(content):
    """Rules that are none are refused in words, and nothing that rests on them is said to hold."""
    findings = found({**FILES, "rules.json": content})

    assert findings.exit_code == Check.RULES
    assert findings.is_open(Check.SCORES)


SIGNATURE = re.compile(rb"\xe2\x80\x94 [^\\]+")


def spare(name):
    """The places of signatures that no checkpoint needs: changed, they are those of unknown keys."""
    lines = FILES[name].splitlines(keepends=True) if name == "checkpoints.jsonl" else []
    starts = accumulate(map(len, lines), initial=0)
    return {
        start + place
        for start, line in zip(starts, lines, strict=False)
        for found_ in list(SIGNATURE.finditer(line))[1:]
        for place in range(*found_.span())
    }


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(st.sampled_from(sorted(FILES.keys() - {"scores.csv", "scores.xlsx"})), st.data())
def test_any_byte(name, data):
    """Whatever byte of the record is changed, the verifier finds it and never stumbles."""
    if name in {"manifest.json", "standings.json", "votes.csv", "votes_excluded.csv", "result.json"}:
        name = "openings.jsonl"
    content = bytearray(FILES[name])
    places = sorted(set(range(len(content))) - spare(name))
    content[data.draw(st.sampled_from(places))] ^= 1 << data.draw(st.integers(0, 7))

    assert found({**FILES, name: bytes(content)}).exit_code in range(11, 22)


def test_exclusions_by_decision():
    """Votes that were excluded by decision are counted and said to be that."""
    told = scribed(contest(4, exclusions=Exclusions(0, 0)), replace(PLAN, results=1))
    free = min(told.standing())

    def change(entries):
        place = first(entries, "ResultCommitted")
        payload = {"contestant": "", "reason": "why", "refs": [free], "round": told.round, "rule": "decision"}
        entries.insert(place, replace(entries[place], kind="Excluded", payload=payload))

    findings = Findings()
    checked = check(parts(retold(change, told)), findings)

    assert findings.kept == []
    assert checked.told.excluded == {free: "decision"}


def test_the_seed_s_commitment_by_hand():
    """The commitment to a secret is what docs/record.md says."""
    assert secret_commitment("seed", b"x" * 32) == sha(b"arena seed\x00" + b"x" * 32)


def test_a_key_between_rounds():
    """A round that begins under another key than the one in force is found."""

    def change(entries):
        entries.insert(1, replace(entries[0], payload={**entries[0].payload, "log": NEXT_LOG.vkey}))

    assert {Flaw.CHAIN, Flaw.ORDER} <= flaws(retold(change))


def test_a_payload_in_another_form():
    """An opening that fits its commitment, but is not in the canonical form, is none."""
    lines, openings = (
        FILES["ledger.jsonl"].splitlines(keepends=True),
        FILES["openings.jsonl"].splitlines(True),
    )
    entry, content = ROUND.told.entries[5], b'{"a": 1}'
    shown = json.loads(lines[5]) | {"commit": sha(entry.salt + content)}
    lines[5] = jcs(shown) + b"\n"
    openings[5] = b'{"payload":%b,"salt":"%b","seq":5}\n' % (content, entry.salt.hex().encode())

    found_now = flaws({**FILES, "ledger.jsonl": b"".join(lines), "openings.jsonl": b"".join(openings)})
    assert Flaw.BROKEN_OPENING in found_now


def test_a_record_that_is_being_exported():
    """Before there is a list of keys, the keys of the ledger are found and not compared."""
    findings = Findings()
    checked = check(replace(parts(FILES), keys=None), findings)

    assert findings.kept == []
    assert [str(key) for key in checked.keys] == [LOG.vkey, NEXT_LOG.vkey]
