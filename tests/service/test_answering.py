"""Answers under way: asked for once, watched by many, saved however they end."""

import asyncio
import threading
from functools import partial
from types import SimpleNamespace

import pytest

from arena.contest.battle import Side, Stage, VoidReason
from arena.errors import Fault, NotAtThisStage, NotFound, TooBusy
from arena.service.answering import MOST_WATCHERS, Answering
from arena.service.citizens import CONSENT
from arena.service.feed import START, Ending, Feed, Piece, Position
from tests.fakes import Brisk, ScriptedBackend


@pytest.fixture
def grace():
    """Long, so that a slow machine leaves nobody; tests of leaving set their own."""
    return 60.0


@pytest.fixture
async def answers(arena, voter, grace):
    """An arena that answers by script."""
    backend = ScriptedBackend()
    tempo = Brisk(arena.contest.roster.ids)
    answering = Answering(arena.citizens, backend, arena.contest, grace=grace, most=2, tempo=tempo)
    yield SimpleNamespace(
        answering=answering, backend=backend, citizens=arena.citizens, voter=voter, arena=arena
    )
    await answering.close()
    assert backend.open == 0
    assert len(asyncio.all_tasks()) == 1


async def ask(answers, voter=None, prompt="질문"):
    battle_id = answers.citizens.new_battle_id()
    voter = voter or answers.voter
    opening = partial(answers.citizens.open_battle, battle_id, voter, prompt, "general", "ko")
    return await answers.answering.ask(battle_id, voter, opening)


async def watched(answers, battle, since=START):
    """Watch to the end; give the text of each side and the ending."""
    text, ending = dict.fromkeys(Side, ""), None
    async for item in answers.answering.watch(battle.id, battle.voter, since):
        if isinstance(item, Piece):
            text = {side: text[side] + item.text[side] for side in Side}
        else:
            ending = item
    return text, ending


async def test_both_replies(answers):
    """Both replies come whole, and the battle is open when the page hears so."""
    battle = await ask(answers)

    text, ending = await watched(answers, battle)

    assert ending.stage is Stage.OPEN
    view = answers.citizens.battle(battle.id, battle.voter)
    assert view.stage is Stage.OPEN
    assert view.turns[0].replies == text


async def test_names_are_masked(answers):
    """A contestant that says its name is not heard saying it, live or on record."""
    for contestant in answers.arena.contest.roster.contestants:
        answers.backend.scripts[contestant.id] = [
            "저는 ",
            contestant.name[:1],
            contestant.name[1:],
            "입니다.",
        ]
    battle = await ask(answers)

    text, _ = await watched(answers, battle)

    assert set(text.values()) == {"저는 〈가림〉입니다."}
    assert answers.citizens.battle(battle.id, battle.voter).turns[0].replies == text


async def test_two_pages_ask_once(answers):
    """Two pages of one citizen see the same answers, and each contestant is asked once."""
    battle = await ask(answers)

    first, second = await asyncio.gather(watched(answers, battle), watched(answers, battle))

    assert first == second
    assert len(answers.backend.asked) == 2


async def test_watching_again(answers):
    """A page that comes back continues at its offsets, while answering and after; nothing is asked twice."""
    answers.backend.gate.clear()
    battle = await ask(answers)
    watching = answers.answering.watch(battle.id, battle.voter)
    piece = await anext(watching)
    await watching.aclose()
    answers.backend.gate.set()

    rest, _ = await watched(answers, battle, piece.position)
    whole, _ = await watched(answers, battle)

    assert {side: piece.text[side] + rest[side] for side in Side} == whole
    assert len(answers.backend.asked) == 2


async def test_offsets_of_an_earlier_turn(answers):
    """Offsets of an earlier turn do not cut the next one."""
    battle = await ask(answers)
    await watched(answers, battle)
    await answers.answering.ask(
        battle.id, battle.voter, partial(answers.citizens.ask_on, battle.id, battle.voter, "더 쉽게요")
    )

    text, ending = await watched(answers, battle, Position(1, 3, 3))

    assert ending.position.turn == 2
    assert text == answers.citizens.battle(battle.id, battle.voter).turns[1].replies


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("fault", [Fault.CUT, Fault.UNREACHABLE])
async def test_failed_side(answers, side, fault):
    """A reply that fails voids the battle; whichever side it was, the page hears the same."""
    ids = answers.arena.contest.roster.ids
    opened = await ask(answers)
    await watched(answers, opened)
    answers.citizens.skip(opened.id, opened.voter)
    answers.backend.gate.clear()
    battle = await ask(answers)
    answers.backend.scripts = {name: ["시작", "끝"] for name in ids}
    answers.backend.scripts[battle.seats[side]] = [fault]
    answers.backend.gate.set()

    _, ending = await watched(answers, battle)

    assert (ending.stage, ending.reason) == (Stage.VOID, VoidReason.REPLY_FAILED)
    assert answers.citizens.battle(battle.id, battle.voter).stage is Stage.VOID


@pytest.mark.parametrize("grace", [0.2])
async def test_citizen_leaves(answers):
    """When nobody watches any more, both requests are aborted after the grace and the battle is void."""
    answers.backend.gate.clear()
    battle = await ask(answers)
    watching = answers.answering.watch(battle.id, battle.voter)
    await anext(watching)
    assert answers.backend.open == 2
    await watching.aclose()

    _, ending = await watched_later(answers, battle)

    assert ending.reason is VoidReason.CITIZEN_LEFT
    assert answers.backend.open == 0


async def watched_later(answers, battle):
    while answers.answering.under_way:
        await asyncio.sleep(0.02)
    return await watched(answers, battle)


@pytest.mark.parametrize("grace", [0.2])
async def test_nobody_ever_watches(answers):
    """A battle that no page ever follows does not hold its contestants for ever."""
    answers.backend.gate.clear()
    battle = await ask(answers)

    _, ending = await watched_later(answers, battle)

    assert ending.reason is VoidReason.CITIZEN_LEFT


async def test_server_stops(answers):
    """When the server stops, running battles are void on record before it is gone."""
    answers.backend.gate.clear()
    battle = await ask(answers)
    watching = answers.answering.watch(battle.id, battle.voter)
    await anext(watching)

    await answers.answering.close()
    ending = await anext(watching)

    assert ending == Ending(ending.position, Stage.VOID, VoidReason.RESTARTED)
    assert answers.citizens.battle(battle.id, battle.voter).void_reason is VoidReason.RESTARTED


async def test_lost_answer(answers):
    """An answer that no process works on is void at the first look, and the citizen goes on."""
    battle_id = answers.citizens.new_battle_id()
    battle = await asyncio.to_thread(
        answers.citizens.open_battle, battle_id, answers.voter, "질문", "general", "ko"
    )

    text, ending = await watched(answers, battle)

    assert (set(text.values()), ending.reason) == ({""}, VoidReason.RESTARTED)
    await ask(answers)


async def test_refused_question_leaves_nothing(answers):
    """A question that the rules refuse asks nobody and leaves no answer under way."""
    first = await ask(answers)

    with pytest.raises(Exception, match=first.id):
        await ask(answers)
    await watched(answers, first)

    assert len(answers.backend.asked) == 2
    assert answers.answering.under_way == 0


async def test_asking_twice_at_once(answers):
    """Two questions sent at once in one battle are one question."""
    battle = await ask(answers)
    await watched(answers, battle)
    again = partial(answers.citizens.ask_on, battle.id, battle.voter, "더")

    results = await asyncio.gather(
        *(answers.answering.ask(battle.id, battle.voter, again) for _ in range(3)), return_exceptions=True
    )

    assert sum(isinstance(result, NotAtThisStage) for result in results) == 2
    await watched(answers, battle)
    assert len(answers.backend.asked) == 4


async def test_too_busy(answers):
    """Beyond the limit a citizen is turned away at once, and nothing is on record."""
    answers.backend.gate.clear()
    others = [answers.citizens.voter(answers.citizens.consent(None, CONSENT)) for _ in range(2)]
    for voter in others:
        await ask(answers, voter)

    with pytest.raises(TooBusy):
        await ask(answers)

    assert answers.citizens.me(None).battle is None
    answers.backend.gate.set()


async def test_strangers_see_nothing(answers):
    """Nobody follows another citizen's battle, while it is answered or after."""
    battle = await ask(answers)
    for _ in ("answering", "open"):
        with pytest.raises(NotFound):
            await answers.answering.check_may_watch(battle.id, "B" * 26)
        with pytest.raises(NotFound):
            await anext(answers.answering.watch(battle.id, "B" * 26))
        await watched(answers, battle)


class Slow:
    """Citizens of whose looks at a battle the `nth` waits until it is `over`."""

    def __init__(self, citizens, nth):
        self.over, self._citizens, self._left = threading.Event(), citizens, nth

    def battle(self, *asked):
        self._left -= 1
        if self._left == 0:
            self.over.wait(5)
        return self._citizens.battle(*asked)

    def __getattr__(self, name):
        return getattr(self._citizens, name)


@pytest.mark.parametrize("nth", [1, 2])
async def test_asking_on_while_another_page_looks(answers, nth):
    """A page that opens a battle in the moment in which its citizen asks on, elsewhere, does not end it."""
    battle = await ask(answers)
    await watched(answers, battle)
    slow = Slow(answers.citizens, nth)
    answering = Answering(
        slow,
        answers.backend,
        answers.arena.contest,
        grace=60,
        most=2,
        tempo=Brisk(answers.arena.contest.roster.ids),
    )
    answers.backend.gate.clear()
    other = SimpleNamespace(answering=answering)
    watching = asyncio.create_task(watched(other, battle))
    await asyncio.sleep(0.05)
    again = partial(answers.citizens.ask_on, battle.id, battle.voter, "더")
    await answering.ask(battle.id, battle.voter, again)
    slow.over.set()
    await asyncio.sleep(0.05)
    answers.backend.gate.set()
    await watching
    _, ending = await watched(other, battle)

    assert (ending.stage, ending.position.turn) == (Stage.OPEN, 2)
    await answering.close()


async def test_a_silent_turn_says_that_it_is_alive(answers):
    """While nothing comes, a page hears that all is well, again and again, and then goes on where it was."""
    feed = Feed(answers.voter, turn=1, alive=0.001)
    feed.join()
    following = feed.followed(START)
    signs = [await anext(following) for _ in range(3)]
    feed.text[Side.A] = "답"
    feed.tell()
    rest = [item async for item in following if item or feed.end((Stage.OPEN, None))]

    assert signs == [None] * 3
    assert [type(item) for item in rest] == [Piece, Ending]


async def test_too_many_pages(answers):
    """No more than a few pages of one citizen may watch a battle at once."""
    answers.backend.gate.clear()
    battle = await ask(answers)
    pages = [answers.answering.watch(battle.id, battle.voter) for _ in range(MOST_WATCHERS)]
    for page in pages:
        await answers.answering.check_may_watch(battle.id, battle.voter)
        await anext(page)

    with pytest.raises(TooBusy):
        await answers.answering.check_may_watch(battle.id, battle.voter)
    for page in pages:
        await page.aclose()
    await answers.answering.check_may_watch(battle.id, battle.voter)


async def test_given_up_while_answering(answers):
    """A battle given up in the middle of its answers ends for every page."""
    answers.backend.gate.clear()
    battle = await ask(answers)
    watching = answers.answering.watch(battle.id, battle.voter)
    await anext(watching)

    answers.answering.stop(battle.id)
    await asyncio.to_thread(answers.citizens.erase, battle.voter)
    ending = await anext(watching)

    assert (ending.stage, ending.reason) == (Stage.VOID, VoidReason.SKIPPED)


async def test_refused_question_lets_watchers_go_on(answers):
    """A page that looks while a refused question is being written sees the battle as it is."""
    battle = await ask(answers)
    whole, _ = await watched(answers, battle)
    held = threading.Event()

    def refused():
        held.wait(5)
        raise NotAtThisStage

    asking = asyncio.create_task(answers.answering.ask(battle.id, battle.voter, refused))
    await asyncio.sleep(0.05)
    watching = asyncio.create_task(watched(answers, battle))
    await asyncio.sleep(0.05)
    held.set()

    with pytest.raises(NotAtThisStage):
        await asking
    text, ending = await asyncio.wait_for(watching, 5)
    assert (text, ending.stage) == (whole, Stage.OPEN)


async def test_stopped_before_it_began(answers):
    """An answer that is given up before any contestant was asked asks nobody."""
    held = threading.Event()
    battle_id = answers.citizens.new_battle_id()

    def slow():
        held.wait(5)
        return answers.citizens.open_battle(battle_id, answers.voter, "질문", "general", "ko")

    asking = asyncio.create_task(answers.answering.ask(battle_id, answers.voter, slow))
    await asyncio.sleep(0.05)
    answers.answering.stop(battle_id)
    held.set()
    battle = await asking
    _, ending = await watched_later(answers, battle)

    assert ending.reason is VoidReason.SKIPPED
    assert answers.backend.asked == []


async def test_given_up_at_the_last_moment(answers):
    """Replies that come whole to a battle just given up change nothing; pages hear what is on record."""
    answers.backend.gate.clear()
    battle = await ask(answers)
    watching = answers.answering.watch(battle.id, battle.voter)
    await anext(watching)
    await asyncio.to_thread(answers.citizens.erase, battle.voter)
    answers.backend.gate.set()

    endings = [item async for item in watching if isinstance(item, Ending)]

    assert [(ending.stage, ending.reason) for ending in endings] == [(Stage.VOID, VoidReason.SKIPPED)]
