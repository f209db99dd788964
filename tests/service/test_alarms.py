"""Alarms of canaries on the ledger: each once, while the round is open, and told to no one yet."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from arena.contest.canary import Alarm, Keeping
from arena.contest.rules import Openings, RoundId
from arena.errors import NotAtThisPhase
from arena.ledger.findings import Findings, Notice
from arena.reporting.verifying import check_folder
from arena.service.alarms import Alarms
from arena.store import record
from tests.leading import kinds, ledger, lifecycle, surely
from tests.reporting.ballots import cast_many, changed
from tests.signed import evaluators_of, signed_arena


def alarm_of(arena, **others):
    """An alarm of the first contestant."""
    alarm = Alarm(arena.contest.roster.ids[0], 1, 3, 6_250_000, 3_125_000, "ab" * 32, 160, "cd" * 32, 80)
    return replace(alarm, **others)


@pytest.fixture
def alarms(arena):
    """Where alarms of the open round go."""
    return Alarms(arena.store, arena.contest.rules.round_id, arena.clock, arena.chance)


def recorded(arena):
    """The payloads of all alarms on the ledger."""
    return [payload for kind, payload in ledger(arena) if kind == "CanaryAlarmed"]


def test_an_alarm_on_the_ledger(arena, alarms):
    """An alarm stands on the ledger with its figures in trillionths, and no address of any server."""
    count = alarms.put([alarm_of(arena)])

    assert count == 1
    assert recorded(arena) == [
        {
            "contestant": arena.contest.roster.ids[0],
            "endpoint": 1,
            "kept": "ab" * 32,
            "level": 6_250_000,
            "look": 3,
            "p": 3_125_000,
            "replies": "cd" * 32,
            "round": arena.contest.rules.round_id,
            "sizes": {"kept": 160, "replies": 80},
        }
    ]


def test_what_was_kept_on_the_ledger(arena, alarms):
    """What was kept stands on the ledger once, before its alarms; kept again it is another entry."""
    first = Keeping(dict.fromkeys(arena.contest.roster.ids, "ab" * 32), 6_250_000, 200)
    again = replace(first, looks=100)
    counts = [
        alarms.put([], first),
        alarms.put([alarm_of(arena)], first),
        alarms.put([alarm_of(arena)], again),
    ]
    told = [(kind, said) for kind, said in ledger(arena) if kind in {"CanariesKept", "CanaryAlarmed"}]

    assert counts == [0, 1, 0]
    assert [kind for kind, _ in told] == ["CanariesKept", "CanaryAlarmed", "CanariesKept"]
    assert told[0][1] == {
        "kept": dict.fromkeys(arena.contest.roster.ids, "ab" * 32),
        "level": 6_250_000,
        "looks": 200,
        "round": arena.contest.rules.round_id,
    }


def test_nothing_is_kept_after_the_close(arena, alarms):
    """A closed round takes no word of what was kept, and one that is there is no trouble."""
    kept = Keeping(dict.fromkeys(arena.contest.roster.ids, "ab" * 32), 6_250_000, 200)
    alarms.put([], kept)
    surely(lifecycle(arena).close)
    before = kinds(arena)

    with pytest.raises(NotAtThisPhase):
        alarms.put([], replace(kept, looks=1))
    assert alarms.put([], kept) == 0
    assert kinds(arena) == before


def test_an_alarm_stands_once(arena, alarms):
    """However often an alarm is brought, by a server started again too, it stands on the ledger once."""
    first, second = alarm_of(arena), alarm_of(arena, look=4)
    counts = [alarms.put([first]), alarms.put([first]), alarms.put([first, second])]
    again = Alarms(arena.store, arena.contest.rules.round_id, arena.clock, arena.chance)

    assert (*counts, again.put([first, second]), again.put([])) == (1, 0, 1, 0, 0)
    assert [payload["look"] for payload in recorded(arena)] == [3, 4]


@pytest.mark.parametrize("other", [{"endpoint": 2}, {"look": 4}, {"kept": "ef" * 32}])
def test_other_alarms(arena, alarms, other):
    """Alarms of another endpoint, look or keeping are others."""
    alarms.put([alarm_of(arena), alarm_of(arena, **other)])

    assert len(recorded(arena)) == 2


def test_alarms_at_once(arena, alarms):
    """Servers and commands that bring one alarm at once write it once."""
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(alarms.put, [[alarm_of(arena)]] * 24))

    assert sorted(counts) == [0] * 23 + [1]
    assert len(recorded(arena)) == 1


def test_a_closed_round_takes_no_alarm(arena, alarms):
    """After the close no alarm goes on the ledger, and those that are there are no trouble."""
    alarms.put([alarm_of(arena)])
    surely(lifecycle(arena).close)
    before = kinds(arena)

    with pytest.raises(NotAtThisPhase):
        alarms.put([alarm_of(arena, look=4)])
    assert alarms.put([alarm_of(arena)]) == 0
    assert kinds(arena) == before


def test_a_round_that_is_not_there(arena):
    """No alarm goes on the ledger for a round that was never opened."""
    nowhere = Alarms(arena.store, RoundId("nowhere"), arena.clock, arena.chance)

    with pytest.raises(NotAtThisPhase):
        nowhere.put([alarm_of(arena)])


def test_earlier_rounds_are_others(arena, contest, alarms):
    """The same figures in a later round are another alarm."""
    alarms.put([alarm_of(arena)])
    surely(lifecycle(arena).close)
    later = changed(contest, round_id="later-1")
    led = lifecycle(arena, later)
    led.new({})
    surely(led.freeze)
    surely(led.open)

    Alarms(arena.store, RoundId("later-1"), arena.clock, arena.chance).put([alarm_of(arena)])

    assert [payload["round"] for payload in recorded(arena)] == [contest.rules.round_id, "later-1"]


def test_whose_alarm_is_sealed(arena, alarms):
    """The public line of an alarm says that there is one and when, and is sealed by a salt of its own."""
    alarms.put([alarm_of(arena), alarm_of(arena, look=4)])
    with arena.store.reading() as connection:
        lines = [line for line in record.lines(connection) if b"CanaryAlarmed" in line.entry]

    assert [sorted(json.loads(line.entry)) for line in lines] == [["commit", "seq", "time", "type"]] * 2
    assert len({line.salt for line in lines}) == 2


@pytest.mark.parametrize("for_auditors", [False, True])
def test_an_export_with_alarms_holds(store, contest, tmp_path, for_auditors):
    """A whole round with an alarm is exported and holds; whose it is stands in an auditors' folder alone."""
    arena = signed_arena(store, changed(contest, openings=Openings.AUDITORS), tmp_path)
    cast_many(arena)
    kept = Keeping(dict.fromkeys(contest.roster.ids, "ab" * 32), 6_250_000, 200)
    Alarms(store, contest.rules.round_id, arena.clock, arena.chance).put([alarm_of(arena)], kept)
    lead = lifecycle(arena)
    surely(lead.close)
    surely(lead.commit_result)
    surely(lead.publish)
    evaluators_of(arena).export(tmp_path / "out", lambda _: None, for_auditors=for_auditors)
    findings = Findings()
    check_folder(tmp_path / "out", findings)
    told = (tmp_path / "out/openings.jsonl").read_text("utf-8")

    assert findings.kept == []
    assert (Notice.ALARMS in findings.notices, "ab" * 32 in told) == (for_auditors, for_auditors)
    assert (Notice.ALARMS_SEALED in findings.notices) is not for_auditors
