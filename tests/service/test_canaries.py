"""Looking whether contestants still serve what was frozen."""

import logging
import random
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal

import pytest

from arena.errors import BackendError, BadSetting, Fault
from arena.service import canaries
from arena.service.canaries import Canaries
from arena.service.canary_prompts import PROMPTS
from arena.store.canaries import CanaryFolder
from tests.fakes import Chance, Clock
from tests.scribe import jcs, sha

WORDS = ("하늘은 ", "바람이 ", "꽃이 ", "새가 ", "비가 ", "해가 ")
OTHER = ("눈이 ", "얼음이 ", "나무가 ", "밤이 ", "별이 ", "달이 ")


class Models:
    """Contestants that string words together; `words` says which, by address, and a fault is one."""

    def __init__(self):
        self.words = {}
        self.asked = []
        self.open = 0
        self._random = random.Random(3)

    async def ask(self, endpoint, contestant, messages, decoding):
        self.asked.append((endpoint, messages, decoding))
        words = self.words.get(endpoint, WORDS)
        if isinstance(words, Fault):
            raise BackendError(words, "scripted")
        self.open += 1
        try:
            for word in self._random.choices(words, k=12):
                yield word
        finally:
            self.open -= 1


@pytest.fixture
def models():
    """What answers."""
    return Models()


@pytest.fixture
def contest(contest):
    """Two contestants, the second with two endpoints."""
    one, two = contest.roster.contestants[:2]
    pair = (replace(one, endpoints=("http://one",)), replace(two, endpoints=("http://two", "http://three")))
    return replace(contest, roster=replace(contest.roster, contestants=pair))


@pytest.fixture
def opened(contest, models, tmp_path):
    """Open canaries on the same folder; prompts and contest may be others."""

    @asynccontextmanager
    async def connect():
        yield models

    def make(prompts=PROMPTS[:6], contest=contest):
        return Canaries(contest, connect, CanaryFolder(tmp_path / "canaries"), Clock(), Chance(), prompts)

    return make


def silent():
    """Watch nothing."""


async def test_same_models(opened):
    """Contestants that still serve what they served raise no alarm."""
    await opened().keep(20, 0.01, silent)

    looks = [await opened().look(silent) for _ in range(5)]

    assert [look for found in looks for look in found if look.alarms or look.fault] == []
    assert {(look.contestant, look.endpoint) for look in looks[0]} == {
        ("gulleongsoe", 1),
        ("beodeulchi", 1),
        ("beodeulchi", 2),
    }


async def test_another_model(opened, models, caplog):
    """An endpoint that serves another model is told by name to the operator, and no other."""
    await opened().keep(20, 0.01, silent)
    models.words["http://three"] = OTHER

    with caplog.at_level(logging.WARNING):
        looks = await opened().look(silent)

    assert [(look.contestant, look.endpoint) for look in looks if look.alarms] == [("beodeulchi", 2)]
    assert [record.getMessage().partition(" (p")[0] for record in caplog.records] == [
        "canary: beodeulchi, endpoint 2 does not answer as when replies were kept"
    ]


async def test_alarms_as_recorded(opened, models):
    """What the record says of an alarm is made of what was compared, and the same whenever it is asked."""
    await opened().keep(20, 0.01, silent)
    await opened().look(silent)
    before = opened().alarms()
    models.words["http://three"] = OTHER
    looks = await opened().look(silent)
    alarm = opened().alarms()[0]
    seen = next(look for look in looks if look.alarms)

    assert before == []
    assert opened().alarms() == [alarm]
    assert (alarm.contestant, alarm.endpoint, alarm.look) == ("beodeulchi", 2, 2)
    assert (alarm.level, alarm.p) == (round(seen.level * 1e12), round(seen.p_value * 1e12))
    assert (alarm.kept_size, alarm.replies_size) == (6 * canaries.KEPT_EACH, 6 * canaries.LOOKED_EACH)
    assert alarm.replies == sha(bytes.fromhex(seen.salt) + jcs(seen.replies))


async def test_what_was_kept_as_recorded(opened, models):
    """What the record says of what was kept is there from the keeping on, and alarms compare with it."""
    await opened().keep(20, 0.01, silent)
    keeping = opened().keeping()
    models.words["http://three"] = OTHER
    await opened().look(silent)
    (alarm,) = opened().alarms()

    assert opened().keeping() == keeping
    assert (keeping.kept["beodeulchi"], keeping.level, keeping.looks) == (alarm.kept, alarm.level, 20)
    assert len(set(keeping.kept.values())) == len(keeping.kept)
    await opened().keep(20, 0.01, silent, again=True)
    assert opened().keeping().kept.keys() == keeping.kept.keys()
    assert set(opened().keeping().kept.values()).isdisjoint(keeping.kept.values())


async def test_other_keeping_other_alarms(opened, models):
    """Where replies are kept anew, looks are counted anew and compared with another hash."""
    await opened().keep(20, 0.01, silent)
    models.words["http://three"] = OTHER
    await opened().look(silent)
    first = opened().alarms()
    del models.words["http://three"]
    await opened().keep(20, 0.01, silent, again=True)
    between = opened().alarms()
    models.words["http://three"] = OTHER
    await opened().look(silent)
    second = opened().alarms()

    assert between == []
    assert [alarm.look for alarm in (*first, *second)] == [1, 1]
    assert first[0].kept != second[0].kept


def test_no_alarms_before_anything_is_kept(opened):
    """Before replies are kept nothing has alarmed, and there is nothing to record."""
    assert (opened().alarms(), opened().keeping()) == ([], None)


async def test_what_is_asked(opened, models, contest):
    """Contestants are asked as citizens ask them, with short replies, and every endpoint in its turn."""
    await opened().keep(20, 0.01, silent)

    _, messages, decoding = models.asked[0]
    assert messages == [
        {"role": "system", "content": contest.rules.system_prompt},
        {"role": "user", "content": PROMPTS[0]},
    ]
    assert decoding == replace(contest.rules.decoding, max_tokens=canaries.LONGEST)
    asked = [endpoint for endpoint, _, _ in models.asked]
    assert asked.count("http://one") == 6 * canaries.KEPT_EACH
    assert asked.count("http://two") == asked.count("http://three") == 3 * canaries.KEPT_EACH


@pytest.mark.parametrize(("rules", "asked"), [("0", "0.7"), ("0.7", "0.7"), ("1.2", "1.2")])
async def test_temperature(opened, models, contest, rules, asked):
    """Canaries are drawn with some chance where the rules leave none: no rounding error alarms."""
    decoding = replace(contest.rules.decoding, temperature=Decimal(rules))
    cold = replace(contest, rules=replace(contest.rules, decoding=decoding))

    await opened(contest=cold).keep(20, 0.01, silent)

    assert {decoding.temperature for _, _, decoding in models.asked} == {Decimal(asked)}


async def test_counts(opened, models):
    """How many replies it takes is known before, and each is heard of."""
    heard = []
    await opened().keep(20, 0.01, lambda: heard.append("kept"))
    await opened().look(lambda: heard.append("look"))

    assert heard.count("kept") == opened().replies_kept == 96
    assert heard.count("look") == opened().replies_looked_at == 72
    assert models.open == 0


async def test_no_answer(opened, models, caplog):
    """An endpoint that does not answer is told with its fault; the others are looked at."""
    await opened().keep(20, 0.01, silent)
    models.words["http://one"] = Fault.UNREACHABLE

    looks = await opened().look(silent)

    assert [look.fault for look in looks] == [Fault.UNREACHABLE, None, None]
    assert "canary: gulleongsoe, endpoint 1 did not answer: unreachable" in caplog.text


async def test_no_answer_when_keeping(opened, models):
    """Where a contestant does not answer nothing is kept, and no request goes on."""
    models.words["http://two"] = Fault.STALLED

    with pytest.raises(BackendError):
        await opened().keep(20, 0.01, silent)

    assert models.open == 0
    with pytest.raises(BadSetting, match="no replies are kept yet"):
        await opened().look(silent)


async def test_endless_replies(opened, models):
    """Of a reply that is longer than was asked for only the beginning is read, kept and compared."""
    models.words["http://one"] = ("가나다라" * 200,)

    await opened().keep(20, 0.01, silent)
    looks = await opened().look(silent)

    assert {len(reply) for replies in looks[0].replies for reply in replies} == {canaries.MOST_READ}
    assert models.open == 0
    assert not looks[0].alarms


async def test_silence(opened, models):
    """A model that says nothing is as it was while it says nothing, and another when it begins to speak."""
    models.words["http://one"] = Fault.EMPTY
    await opened().keep(20, 0.01, silent)
    still = await opened().look(silent)
    models.words["http://one"] = WORDS

    speaks = await opened().look(silent)

    assert [look.alarms for look in still] == [False, False, False]
    assert [look.alarms for look in speaks] == [True, False, False]


async def test_kept_once(opened):
    """What was kept is not thrown away by mistake."""
    await opened().keep(20, 0.01, silent)

    with pytest.raises(BadSetting, match="--again"):
        await opened().keep(20, 0.01, silent)

    await opened().keep(20, 0.01, silent, again=True)


async def test_planned_looks(opened):
    """After the planned looks there are no more, as the chance of a false alarm would grow."""
    await opened().keep(1, 0.01, silent)
    await opened().look(silent)

    with pytest.raises(BadSetting, match="all 1 planned looks are used"):
        await opened().look(silent)


async def test_asked_otherwise(opened, contest):
    """Replies to other prompts, or of other endpoints, are not compared with what was kept."""
    await opened().keep(20, 0.01, silent)
    one, two = contest.roster.contestants
    fewer = replace(contest.roster, contestants=(one, replace(two, endpoints=two.endpoints[:1])))

    for other in (opened(prompts=PROMPTS[:5]), opened(contest=replace(contest, roster=fewer))):
        with pytest.raises(BadSetting, match="not what was asked then"):
            await other.look(silent)


def test_frozen_prompts():
    """The prompts are those that replies were kept for, one of each and no other."""
    assert len(PROMPTS) == len(set(PROMPTS)) == 20
