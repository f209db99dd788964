import hashlib
import json
from dataclasses import asdict, fields, replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given

from arena.contest import declaration
from arena.contest.contest import Contest
from arena.contest.roster import Contestant, Roster
from arena.contest.rules import (
    BothBad,
    DecisionRule,
    Decoding,
    Openings,
    Reveal,
    Rules,
    Seal,
    Speed,
    Track,
    Verdict,
)
from arena.errors import BadFolder
from arena.ledger.canonical import canonical
from arena.ledger.frozen import (
    contest_document,
    contest_of,
    differences,
    document_hash,
    roster_document,
    rules_document,
)
from tests.decisions import DECISIONS, NO_DECISIONS
from tests.servers import ROOT
from tests.strategies import contests

CONTEST = declaration.read((ROOT / "tests/golden/ledger/models.yaml").read_text("utf-8"))
GOLDEN = ROOT / "tests/golden/ledger/rules.json"
RULES = CONTEST.rules

OTHER_RULES = {
    "round_id": "other",
    "titles": {**RULES.titles, "en": "Other"},
    "opens": RULES.opens + timedelta(seconds=1),
    "closes": RULES.closes + timedelta(microseconds=1),
    "rehearsal": not RULES.rehearsal,
    "reveal": Reveal.NEVER,
    "standings": Seal.LIVE,
    "speed": Speed.VISIBLE,
    "tracks": (Track.OPEN, Track.EXPERT_PANEL),
    "scoring": (Track.EXPERT_PANEL,),
    "verdicts": (Verdict.B, Verdict.A),
    "max_turns": RULES.max_turns + 1,
    "max_prompt": RULES.max_prompt + 1,
    "votes_per_person": RULES.votes_per_person + 1,
    "given_up_per_person": RULES.given_up_per_person + 1,
    "controls": RULES.controls + 1,
    "categories": ("other",),
    "decoding": replace(RULES.decoding, max_tokens=1),
    "system_prompt": f"{RULES.system_prompt} ",
    "points": RULES.points + 1,
    "both_bad": BothBad.DROPPED,
    "beacon": "another",
    "openings": Openings.PUBLIC,
    "decision": replace(RULES.decision, voters=RULES.decision.voters + 1),
    "exclusions": replace(RULES.exclusions, one_sided_from=RULES.exclusions.one_sided_from + 1),
    "witnesses": replace(RULES.witnesses, quorum=0),
}
ONE_VALUE = {"points_rule", "ties"}
"""Closed sets of one value so far: there is no other to change to."""

OTHER_CONTESTANT = {
    "id": "other",
    "team": "Other",
    "name": "Other",
    "aliases": ("Other",),
    "served_model": "other",
    "images": False,
    "reference": True,
    "weights": "ff" * 32,
}
MAY_MOVE = {"endpoints": ("http://elsewhere:1",), "key_env": "OTHER_KEY"}


def hashed(rules=RULES, first=CONTEST.roster.contestants[0], rest=CONTEST.roster.contestants[1:]):
    """The hash of the contest with something changed."""
    return document_hash(contest_document(Contest(rules, Roster((first, *rest)))))


def test_document_for_ever():
    """The declaration of the golden folder gives the rules.json and the hash that it has always given."""
    content = GOLDEN.read_bytes()

    assert canonical(contest_document(CONTEST)) == content
    assert document_hash(contest_document(CONTEST)) == hashlib.sha256(content).hexdigest()


def test_every_field_is_tried():
    """A rule or a contestant's field that nobody tried to change does not slip in."""
    assert {field.name for field in fields(Rules)} == set(OTHER_RULES) | ONE_VALUE
    assert {field.name for field in fields(Contestant)} == set(OTHER_CONTESTANT) | set(MAY_MOVE)


@pytest.mark.parametrize("name", OTHER_RULES)
def test_changed_rules_have_another_hash(name):
    """No rule can be changed under a hash that has been frozen."""
    assert hashed(replace(RULES, **{name: OTHER_RULES[name]})) != hashed()


OTHER_DECODING = {"temperature": Decimal("0.71"), "top_p": Decimal("0.96"), "max_tokens": 1025}


@pytest.mark.parametrize("name", [field.name for field in fields(Decoding)])
def test_changed_decoding_has_another_hash(name):
    """No decoding parameter can be changed under a hash that has been frozen."""
    decoding = replace(RULES.decoding, **{name: OTHER_DECODING[name]})

    assert hashed(replace(RULES, decoding=decoding)) != hashed()


@pytest.mark.parametrize("name", [field.name for field in fields(DecisionRule)])
def test_a_changed_decision_has_another_hash(name):
    """Nothing that a verdict takes can be changed under a hash that has been frozen."""
    decision = replace(RULES.decision, **{name: getattr(RULES.decision, name) * 0})

    assert hashed(replace(RULES, decision=decision)) != hashed()


@pytest.mark.parametrize("name", OTHER_CONTESTANT)
def test_a_changed_contestant_has_another_hash(name):
    """No contestant can be swapped for another under a hash that has been frozen."""
    first = replace(CONTEST.roster.contestants[0], **{name: OTHER_CONTESTANT[name]})

    assert hashed(first=first) != hashed()


@pytest.mark.parametrize("name", MAY_MOVE)
def test_servers_may_move(name):
    """A team may change its addresses and key in the middle of a round: they change no result."""
    first = replace(CONTEST.roster.contestants[0], **{name: MAY_MOVE[name]})

    assert hashed(first=first) == hashed()


def test_the_order_of_the_roster_counts():
    """Pairing depends on the order of declaration, so the hash does."""
    first, second = CONTEST.roster.contestants[:2]

    assert hashed(first=second, rest=(first, *CONTEST.roster.contestants[2:])) != hashed()


@given(contests())
def test_every_contest_can_be_frozen(contest):
    """Whatever rules are declared, their document has canonical bytes, and differs from itself in nothing."""
    document = contest_document(contest)

    assert len(document_hash(document)) == 64
    assert differences(document, contest_document(contest)) == []


@pytest.mark.parametrize("name", OTHER_RULES)
def test_differences_name_the_rule(name):
    """An operator who changed a frozen rule reads which one, with both values."""
    other = rules_document(replace(RULES, **{name: OTHER_RULES[name]}))
    said = differences({"rules": rules_document(RULES)}, {"rules": other})

    assert len(said) == 1
    assert said[0].startswith(f"rules.{'round' if name == 'round_id' else name}")
    assert " → " in said[0]


def test_differences_go_to_the_bottom():
    """A difference deep in the document is named by its whole place; a field on one side only is said so."""
    before = {"rules": {"decoding": {"top_p": "0.9", "max_tokens": 1}, "points": 25}}
    after = {"rules": {"decoding": {"top_p": "1", "max_tokens": 1}, "ties": "half"}}

    assert differences(before, after) == [
        "rules.decoding.top_p: 0.9 → 1",
        "rules.points: 25 → (none)",
        "rules.ties: (none) → half",
    ]


def test_differences_name_the_contestant():
    """An operator who changed a contestant reads which one and in what, not two whole rosters."""
    first, *rest = CONTEST.roster.contestants
    after = roster_document(Roster((replace(first, team="Other"), *rest)))
    said = differences({"roster": roster_document(CONTEST.roster)}, {"roster": after})

    assert said == [f"roster[0].team: {first.team} → Other"]


def test_differences_name_what_is_gone():
    """An operator who took a contestant out reads that the list has become shorter."""
    before, after = roster_document(CONTEST.roster), roster_document(Roster(CONTEST.roster.contestants[:-1]))
    said = differences({"roster": before}, {"roster": after})

    assert said[0].startswith("roster: ")


@given(contests())
def test_rules_are_read_back(contest):
    """Whoever has `rules.json` has the contest, but for the addresses and keys that are not in it."""
    bare = tuple(replace(one, endpoints=(), key_env="") for one in contest.roster.contestants)

    assert contest_of(contest_document(contest)) == Contest(contest.rules, Roster(bare))


def spoilt(where, value):
    """The golden document with one field other."""
    document = json.loads(GOLDEN.read_bytes())
    place = document
    for step in where[:-1]:
        place = place[step]
    place[where[-1]] = value
    return document


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (["rules", "max_turns"], "4"),
        (["rules", "max_turns"], True),
        (["rules", "beacon"], 7),
        (["rules", "opens"], "2026-12-01T00:00:00"),
        (["rules", "opens"], "someday"),
        (["rules", "ties"], "none"),
        (["rules", "decoding", "top_p"], "much"),
        (["rules", "decoding", "top_p"], "1E+99999999"),
        (["rules", "decoding", "top_p"], 0.5),
        *((["rules", "decision"], decision) for decision in NO_DECISIONS),
        (["rules", "more"], 1),
        (["rules", "controls"], -1),
        (["rules", "controls"], 101),
        (["rules", "titles"], "none"),
        (["rules"], []),
        (["roster"], []),
        (["roster", 1], None),
        (["roster", 1, "reference"], 0),
        (["roster", 1, "reference"], True),
        (["roster", 1, "reference"], 1),
        (["roster", 1, "id"], json.loads(GOLDEN.read_bytes())["roster"][0]["id"]),
    ],
)
def test_other_documents_are_refused(where, value):
    """A field of another form, one too many or one too few is no contest."""
    with pytest.raises(BadFolder):
        contest_of(spoilt(where, value))


@pytest.mark.parametrize("decision", DECISIONS)
def test_what_a_verdict_may_take(decision):
    """From nothing to everything, whatever a verdict takes is read as it was frozen."""
    found = contest_of(spoilt(["rules", "decision"], decision)).rules.decision

    assert {name: str(value) for name, value in asdict(found).items()} == {
        name: str(value) for name, value in decision.items()
    }


@pytest.mark.parametrize("size", [1, 101, 20_000])
def test_rosters_that_no_round_has(size):
    """A roster too small for a battle, or so large that drawing it would never end, is refused."""
    first = json.loads(GOLDEN.read_bytes())["roster"][0]

    with pytest.raises(BadFolder, match="2 to 100"):
        contest_of(spoilt(["roster"], [first | {"id": f"c{number}"} for number in range(size)]))


def test_pictures_that_nobody_takes():
    """A track of pictures without two contestants that take them is refused: its pairs could not be drawn."""
    with pytest.raises(BadFolder, match="track of pictures"):
        contest_of(spoilt(["rules", "tracks"], ["open", "open_pictures"]))


@pytest.mark.parametrize("document", [None, 7, "x", [], {}])
def test_what_is_no_document(document):
    """What is no document of rules and roster at all is refused in words."""
    with pytest.raises(BadFolder):
        contest_of(document)
