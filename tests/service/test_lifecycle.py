"""A round is led from its declaration to its result; nothing is undone, and each step is on record."""

import hashlib
import re
from dataclasses import replace

import pytest

from arena.contest.lifecycle import NEXT, Phase
from arena.contest.pairing import seats
from arena.contest.rules import Track, Verdict
from arena.errors import (
    BadSetting,
    NotAtThisPhase,
    NotAtThisStage,
    NotConfirmed,
    RoundNotOpen,
    RoundUnknown,
    RulesChanged,
)
from arena.ledger.entries import secret_commitment
from arena.ledger.seed import seed
from arena.service.citizens import CONSENT, Citizens
from arena.service.evaluators import Evaluators
from arena.service.rounds import open_round, take_up_round
from arena.store import rounds
from tests.leading import LOG, code_for, kinds, ledger, lifecycle, surely
from tests.reporting.ballots import REPLIES, cast, cast_many, changed, newcomer

BEACON = "the dice of 5 December 2026, noon"
NONCE = bytes(range(32))


def phase(arena, contest=None):
    with arena.store.reading() as connection:
        return rounds.phase(connection, (contest or arena.contest).rules.round_id)


@pytest.fixture
def real(contest):
    """A contest's round, no rehearsal, with a beacon."""
    return changed(contest, round_id="real-1", rehearsal=False, beacon=BEACON)


@pytest.fixture
def house(store, contest, arena, real):
    """The same arena, with nothing of the real round done yet."""
    arena.real = real
    arena.led = lifecycle(arena, real)
    return arena


def begun(house):
    """Bring the real round to where it takes battles, and give its citizens."""
    house.led.new({})
    surely(house.led.freeze)
    surely(house.led.open, "4 2 6")
    return citizens_of(house, house.real)


def citizens_of(arena, contest):
    round_ = open_round(arena.store, contest, arena.secrets, arena.clock, arena.chance, LOG)
    return Citizens(arena.store, round_, arena.secrets.get("citizen.key"), arena.clock, arena.chance)


def waiting(citizens):
    """A battle of a new citizen that waits for her vote."""
    voter = citizens.voter(citizens.consent(None, CONSENT))
    battle = citizens.open_battle(citizens.new_battle_id(), voter, "질문", "general", "ko")
    citizens.answered(battle.id, REPLIES)
    return battle


def test_a_whole_round(house):
    """A contest's round is led by commands to its published result, each step on record in its order."""
    before = len(ledger(house))
    house.led.new({house.real.roster.ids[0]: NONCE})
    assert kinds(house, before) == []
    surely(house.led.freeze)
    surely(house.led.open, "4 2 6")
    citizens = citizens_of(house, house.real)
    for _ in range(3):
        battle = waiting(citizens)
        citizens.cast_vote(battle.id, battle.voter, Verdict.A)
    left = waiting(citizens)
    house.clock.now = house.real.rules.closes
    surely(house.led.close)
    result = surely(house.led.commit_result)
    surely(house.led.publish)
    surely(house.led.forget)

    assert kinds(house, before) == [
        *("RoundOpened", "RulesFrozen", "RosterFrozen", "SeedCommitted", "BeaconDrawn"),
        *(["BattleOpened", "RepliesCommitted", "VoteCast"] * 3),
        *("BattleOpened", "RepliesCommitted", "BattleVoided", "RoundClosed", "SeedRevealed"),
        *("ResultCommitted", "ResultOpened", "PepperDestroyed"),
    ]
    told = dict(ledger(house)[before:])
    assert told["RoundOpened"]["log"] == LOG
    assert told["SeedCommitted"] == {
        "beacon": BEACON,
        "nonces": {house.real.roster.ids[0]: secret_commitment("nonce", NONCE)},
        "round": "real-1",
        "secret": secret_commitment("seed", bytes.fromhex(told["SeedRevealed"]["secret"])),
    }
    shown = {house.real.roster.ids[0]: NONCE.hex()}
    assert told["BeaconDrawn"] == {"beacon": "4 2 6", "nonces": shown, "round": "real-1"}
    assert (told["BattleVoided"]["battle"], told["BattleVoided"]["reason"]) == (left.id, "round_closed")
    assert (told["RoundClosed"]["battles"], told["RoundClosed"]["votes"]) == (4, 3)
    salt = bytes.fromhex(told["ResultOpened"]["salt"])
    assert told["ResultCommitted"]["commitment"] == hashlib.sha256(salt + result.document).hexdigest()
    assert phase(house, house.real) is Phase.FORGOTTEN


def test_seats_follow_from_all_three(house):
    """The seats of a round are drawn with the secret, the nonces and the beacon's value."""
    house.led.new({house.real.roster.ids[1]: NONCE})
    surely(house.led.freeze)
    surely(house.led.open, "4 2 6")
    secret = house.secrets.get("real-1.seed")

    battle = waiting(citizens_of(house, house.real))

    drawn = seed(secret, {house.real.roster.ids[1]: NONCE}, "4 2 6")
    assert battle.seats == seats(drawn, Track.OPEN, 1, house.real.roster.ids, house.real.rules.controls)


@pytest.mark.parametrize("phase_", [None, Phase.NEW, Phase.FROZEN])
def test_a_contest_is_not_opened_by_serving(house, phase_):
    """A server does not open a contest's round, and says which command comes next."""
    if phase_:
        house.led.new({})
    if phase_ is Phase.FROZEN:
        surely(house.led.freeze)
    before = ledger(house)
    step = NEXT[phase_].value if phase_ else "new"

    with pytest.raises(NotAtThisPhase if phase_ else RoundUnknown, match=f"`arena round {step}`"):
        citizens_of(house, house.real)
    with pytest.raises(NotAtThisPhase if phase_ else RoundUnknown, match=f"`arena round {step}`"):
        take_up_round(house.store, house.real, house.secrets)
    assert ledger(house) == before


def test_a_forgotten_round_is_not_served(arena):
    """Once the pepper is gone a round is served no more; what it holds can still be read."""
    cast_many(arena)
    led = lifecycle(arena)
    surely(led.close)
    surely(led.commit_result)
    surely(led.publish)
    surely(led.forget)

    with pytest.raises(NotAtThisPhase, match="demo-5 is forgotten; nothing comes next"):
        citizens_of(arena, arena.contest)
    again = take_up_round(arena.store, arena.contest, arena.secrets)
    assert (again.seed, again.pepper) == (arena.round.seed, b"")
    assert len(Evaluators(arena.store, again, arena.clock).standings().rows) == 5
    assert not arena.secrets.exists("demo-5.pepper")


def test_no_forgetting_while_a_server_runs(arena):
    """While a server holds the pepper in its memory nothing is forgotten, and nothing says that it was."""
    led = lifecycle(arena)
    for step in (led.close, led.commit_result, led.publish):
        surely(step)
    before = kinds(arena)

    def held():
        raise BadSetting("another server uses the data")

    with pytest.raises(BadSetting, match="another server"):
        lifecycle(arena, alone=held).forget()
    assert kinds(arena) == before
    assert arena.secrets.exists(f"{arena.contest.rules.round_id}.pepper")


def test_forgetting_is_finished_later(arena):
    """Where a process died between entry and deletion, forgetting again deletes and writes nothing."""
    led = lifecycle(arena)
    for step in (led.close, led.commit_result, led.publish, led.forget):
        surely(step)
    before = ledger(arena)
    arena.secrets.get("demo-5.pepper")

    led.forget()

    assert not arena.secrets.exists("demo-5.pepper")
    assert ledger(arena) == before


@pytest.mark.parametrize(
    "step", ["freeze", "open", "close", "exclude", "remove", "commit_result", "publish", "forget"]
)
def test_steps_at_the_wrong_phase(house, step):
    """A step out of its turn is refused with what comes next, and nothing is on record."""
    house.led.new({})
    if step == "freeze":
        surely(house.led.freeze)
    before = ledger(house)
    more = {"open": ["4 2 6"], "exclude": [[1], "why"], "remove": ["gulleongsoe", "why"]}

    with pytest.raises(NotAtThisPhase, match="what comes next is"):
        getattr(house.led, step)(*more.get(step, []))
    assert ledger(house) == before


def test_every_step_is_asked_for_twice(arena):
    """A step that cannot be undone does nothing before it is confirmed, and says what it will do."""
    led = lifecycle(arena)
    before = ledger(arena)

    with pytest.raises(NotConfirmed, match=r"`close` of round demo-5 cannot be undone: .* no vote is taken"):
        led.close()
    with pytest.raises(NotConfirmed):
        led.close("00000000")

    assert ledger(arena) == before
    assert phase(arena) is Phase.OPEN


def test_stale_code(arena):
    """A code fits only while the record stands still, and only its own step of its own round."""
    led = lifecycle(arena)
    stale = code_for(led.close)
    cast(arena, newcomer(arena), Verdict.A)

    with pytest.raises(NotConfirmed, match="another moment"):
        led.close(stale)
    surely(led.close)
    code = code_for(led.commit_result)
    with pytest.raises(NotConfirmed):
        led.remove("gulleongsoe", "why", code)
    with pytest.raises(NotConfirmed):
        led.remove("gulleongsoe", "why", code_for(led.remove, "gulleongsoe", "another reason"))
    assert led.status().phase is Phase.CLOSED


def test_same_code_twice(arena):
    """The same code does a step once."""
    led = lifecycle(arena)
    code = code_for(led.close)
    led.close(code)

    with pytest.raises(NotAtThisPhase):
        led.close(code)
    assert kinds(arena).count("RoundClosed") == 1


def test_a_contest_closes_by_the_clock(house):
    """A contest's round is not closed before its closing time."""
    begun(house)

    with pytest.raises(NotAtThisPhase, match=re.escape(house.real.rules.closes.isoformat())):
        house.led.close()

    house.clock.now = house.real.rules.closes
    surely(house.led.close)
    assert phase(house, house.real) is Phase.CLOSED


def test_too_late_to_open(house):
    """A round whose closing time has passed is neither frozen nor opened."""
    house.led.new({})
    at = house.clock.now
    house.clock.now = house.real.rules.closes
    with pytest.raises(NotAtThisPhase, match="closing time"):
        house.led.freeze()
    house.clock.now = at
    surely(house.led.freeze)
    house.clock.now = house.real.rules.closes

    with pytest.raises(NotAtThisPhase, match="closing time"):
        house.led.open("4 2 6")


@pytest.mark.parametrize(("beacon", "value"), [(BEACON, ""), ("", "4 2 6")])
def test_beacon_as_the_rules_say(house, beacon, value):
    """The value of the beacon is given where the rules name one, and only there."""
    contest = changed(house.real, beacon=beacon)
    led = lifecycle(house, contest)
    led.new({})
    surely(led.freeze)

    with pytest.raises(BadSetting, match="beacon"):
        led.open(value)


@pytest.mark.parametrize(
    ("nonces", "words"), [({"nobody": NONCE}, "nobody is not on"), ({"gulleongsoe": b"x" * 31}, "31 bytes")]
)
def test_bad_nonce(house, nonces, words):
    """A nonce of a stranger or of another length is refused, and no round is made."""
    with pytest.raises(BadSetting, match=words):
        house.led.new(nonces)
    with pytest.raises(RoundUnknown):
        house.led.status()


def test_new_again(house):
    """Until it is frozen a round is made again with other rules; frozen, it is not."""
    house.led.new({})
    other = changed(house.real, max_turns=1)
    with pytest.raises(RulesChanged, match=r"rules\.max_turns: 3 → 1") as refusal:
        lifecycle(house, other).freeze()
    assert "`arena round new` takes these" in str(refusal.value)

    lifecycle(house, other).new({})
    surely(lifecycle(house, other).freeze)

    with pytest.raises(NotAtThisPhase):
        lifecycle(house, other).new({})
    with pytest.raises(RulesChanged, match="put these back"):
        house.led.open("4 2 6")


def test_no_round_cuts_another_off(house):
    """While a contest's round is under way no other round is frozen, and no rehearsal opened."""
    begun(house)
    other = changed(house.real, round_id="real-2")
    rehearsal = changed(house.contest, round_id="demo-9")
    lifecycle(house, other).new({})

    with pytest.raises(NotAtThisPhase, match="round real-1 is open"):
        lifecycle(house, other).freeze()
    with pytest.raises(NotAtThisPhase, match="round real-1 is open"):
        citizens_of(house, rehearsal)


def test_a_new_round_ends_a_rehearsal(house):
    """A rehearsal that another round follows takes no battles and votes, and its waiting ones are void."""
    voter = newcomer(house)
    opened = house.citizens.open_battle(house.citizens.new_battle_id(), voter, "질문", "law", "ko")
    other = waiting(house.citizens)
    before = len(ledger(house))

    begun(house)

    assert kinds(house, before)[:3] == ["BattleVoided", "BattleVoided", "RoundOpened"]
    for act in (
        lambda: house.citizens.answered(opened.id, REPLIES),
        lambda: house.citizens.cast_vote(other.id, other.voter, Verdict.A),
    ):
        with pytest.raises((RoundNotOpen, NotAtThisStage)):
            act()
    with pytest.raises(RoundNotOpen):
        waiting(house.citizens)
    with pytest.raises(NotAtThisPhase, match="another round was begun"):
        lifecycle(house).close()


def test_nothing_is_taken_after_the_close(arena):
    """A closed round takes no battle, no reply and no vote; the same vote again still shows its receipt."""
    voter = newcomer(arena)
    voted = cast(arena, voter, Verdict.A)
    receipt = arena.citizens.cast_vote(voted.id, voter, Verdict.A)
    answering = arena.citizens.open_battle(arena.citizens.new_battle_id(), voter, "질문", "law", "ko")
    surely(lifecycle(arena).close)
    before = ledger(arena)

    with pytest.raises(RoundNotOpen):
        waiting(arena.citizens)
    with pytest.raises(NotAtThisStage):
        arena.citizens.answered(answering.id, REPLIES)
    with pytest.raises(RoundNotOpen):
        arena.citizens.ask_on(voted.id, voter, "더요")
    assert arena.citizens.cast_vote(voted.id, voter, Verdict.A) == replace(
        receipt, teams=receipt_teams(arena, voted)
    )
    assert ledger(arena) == before


def receipt_teams(arena, battle):
    """The teams that the rules name once the round is over."""
    return arena.citizens.battle(battle.id, battle.voter).teams


def test_taken_up_after_every_step(arena):
    """A server that restarts after any step serves the same round on."""
    led = lifecycle(arena)
    cast_many(arena)
    for step in (led.close, led.commit_result, led.publish):
        surely(step)
        again = open_round(arena.store, arena.contest, arena.secrets, arena.clock, arena.chance, LOG)
        assert again == arena.round
