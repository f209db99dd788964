"""What staff did stands on the ledger, without names, and those who may read it find it again."""

from datetime import timedelta

import pytest

from arena.contest.roster import ContestantId
from arena.contest.rules import Openings
from arena.errors import BadRequest, NotAnEntry, NotPermitted
from arena.identity.staff import AccountId, Role, Staff
from arena.ledger.findings import Findings
from arena.reporting.verifying import check_folder
from arena.service.audit import AT_ONCE, COMMAND_LINE, PAGE, Asked, Audit
from arena.service.permissions import Act
from arena.store.audits import Wanted
from tests.leading import kinds, ledger, lifecycle, surely
from tests.reporting.ballots import cast_many, changed
from tests.signed import evaluators_of, signed_arena

OPERATOR = Staff(AccountId("O" * 26), "somebody", Role.OPERATOR)
EVALUATOR = Staff(AccountId("E" * 26), "another", Role.EVALUATOR)
TEAM = Staff(AccountId("T" * 26), "a team", Role.TEAM, ContestantId("susukkang"))
EVERYTHING = Wanted()


@pytest.fixture
def audit(arena):
    """The audit of the arena."""
    return Audit(arena.store, arena.contest.rules.round_id, arena.clock, arena.chance)


def written(arena):
    """The payloads of all acts on the ledger."""
    return [payload for kind, payload in ledger(arena) if kind == "Audited"]


def test_an_act_on_the_ledger(arena, audit):
    """An act stands on the ledger with its role, its account's pseudonym, before and after, and no name."""
    audit.put(OPERATOR, Act.DRAIN_ENDPOINT, {"drained": 0}, {"drained": 1, "endpoint": "둘째"})

    assert written(arena) == [
        {
            "account": "O" * 26,
            "act": "drain_endpoint",
            "after": {"drained": 1, "endpoint": "둘째"},
            "before": {"drained": 0},
            "role": "operator",
            "round": arena.contest.rules.round_id,
        }
    ]


def test_the_command_line_has_no_account(arena, audit):
    """What is done on the operator's machine stands there under its own role."""
    audit.put(None, "export")

    assert [(one["account"], one["role"]) for one in written(arena)] == [("", COMMAND_LINE)]


def test_an_act_that_fails_is_not_written(arena, audit):
    """An act and its entry are one: where the act fails, nothing is written."""
    before = kinds(arena)

    def write_and_fail():
        with arena.store.writing() as connection:
            audit.put_in(connection, OPERATOR, Act.WRITE_NOTICE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert kinds(arena) == before
    assert audit.entries(OPERATOR, EVERYTHING).count == 0


@pytest.mark.parametrize(
    ("act", "facts"),
    [
        ("Two words", {}),
        ("", {}),
        ("a" * 41, {}),
        ("act", {"한글": 1}),
        ("act", {"text": "x" * 4_001}),
        ("act", {"number": -1}),
        ("act", {"number": 2**53}),
        ("act", {f"w{number}": 1 for number in range(21)}),
    ],
)
def test_what_is_no_small_document(arena, audit, act, facts):
    """What would be on the ledger for ever is small and plain, or is not written."""
    before = kinds(arena)

    with pytest.raises(NotAnEntry):
        audit.put(OPERATOR, act, facts)
    assert kinds(arena) == before


def test_reading(arena, audit):
    """Acts are read with the last first, and asked for by act, role, account and time."""
    audit.put(OPERATOR, "one", {}, {"n": 1})
    arena.clock.advance(hours=1)
    moment = arena.clock.now
    audit.put(EVALUATOR, "two")
    audit.put(None, "one")

    def found(**asked):
        return [(one.act, one.role) for one in audit.entries(EVALUATOR, Wanted(**asked)).shown]

    assert found() == [("one", COMMAND_LINE), ("two", "evaluator"), ("one", "operator")]
    assert found(act="one") == [("one", COMMAND_LINE), ("one", "operator")]
    assert found(role="evaluator") == found(account="E" * 26) == [("two", "evaluator")]
    assert found(since=moment, act="one") == [("one", COMMAND_LINE)]
    assert found(until=moment) == [("one", "operator")]
    assert found(until=moment - timedelta(hours=2)) == []
    assert audit.entries(EVALUATOR, EVERYTHING).kinds == ("one", "two")


def test_pages(audit):
    """Many acts are read page by page, each act once."""
    for number in range(PAGE + 3):
        audit.put(OPERATOR, "act", {}, {"number": number})
    pages = [audit.entries(EVALUATOR, EVERYTHING, page) for page in (1, 2, 3)]

    assert [len(page.shown) for page in pages] == [PAGE, 3, 0]
    assert {page.pages for page in pages} == {2}
    assert [one.after["number"] for page in pages for one in page.shown] == list(reversed(range(PAGE + 3)))


def test_all_of_them(arena, audit):
    """However many acts there are, all that are asked for are read, the last first, each of them once."""
    with arena.store.writing() as connection:
        for number in range(2 * AT_ONCE + 1):
            audit.put_in(connection, OPERATOR if number % 2 else None, "export", after={"number": number})

    everything = [one.after["number"] for one in audit.every(EVALUATOR, Asked())]
    of_operators = [one.after["number"] for one in audit.every(EVALUATOR, Asked(role="operator"))]

    assert everything == list(range(2 * AT_ONCE, -1, -1))
    assert of_operators == everything[1::2]


@pytest.mark.parametrize("page", [0, -1, 10**6])
def test_no_such_page(audit, page):
    """A page that cannot be is refused."""
    with pytest.raises(BadRequest):
        audit.entries(EVALUATOR, EVERYTHING, page)


def test_teams_read_no_audit(audit):
    """A team does not learn what others of the staff do."""
    with pytest.raises(NotPermitted):
        audit.entries(TEAM, EVERYTHING)
    with pytest.raises(NotPermitted):
        audit.every(TEAM, Asked())


@pytest.mark.parametrize("for_auditors", [False, True])
def test_an_export_with_acts_holds(store, contest, tmp_path, for_auditors):
    """A round with acts of staff is exported and holds; what they did stands in an auditors' folder alone."""
    arena = signed_arena(store, changed(contest, openings=Openings.AUDITORS), tmp_path)
    audit = Audit(store, contest.rules.round_id, arena.clock, arena.chance)
    audit.put(OPERATOR, "before")
    cast_many(arena)
    audit.put(OPERATOR, "during")
    lead = lifecycle(arena)
    surely(lead.close)
    surely(lead.commit_result)
    audit.put(EVALUATOR, "between")
    surely(lead.publish)
    audit.put(None, "after")
    evaluators_of(arena).export(tmp_path / "out", lambda _: None, for_auditors=for_auditors)
    findings = Findings()
    check_folder(tmp_path / "out", findings)
    told = (tmp_path / "out/openings.jsonl").read_text("utf-8")

    assert findings.kept == []
    assert told.count('"act":') == (4 if for_auditors else 0)
