import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from arena.contest.battle import (
    LIVE,
    TRANSITIONS,
    Battle,
    BattleId,
    Event,
    Side,
    Stage,
    Turn,
    VoidReason,
    VoterId,
    battle_id,
    clean_prompt,
)
from arena.contest.picture import Picture, PictureId
from arena.contest.rules import RoundId, Track, Verdict
from arena.errors import BadPrompt, NotAtThisStage, NotFound
from tests.strategies import IDS, battles, rules

REPLIES = {Side.A: "하나", Side.B: "둘"}
OVERRIDES = [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))]
KEPT_AS_THEY_ARE = [
    "하늘은 왜 파란가요?",
    "למה השמיים כחולים",
    "لماذا السماء زرقاء",
    "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽",
    "a\tb\nc",
    "e\u0301",
]


def apply(event, battle, rules):
    """Let an event happen to a battle."""
    match event:
        case Event.ANSWERED:
            return battle.answered(REPLIES)
        case Event.FAILED:
            return battle.failed(VoidReason.REPLY_FAILED)
        case Event.PROMPTED:
            return battle.prompted("그럼요?", rules)
        case Event.VOTE_CAST:
            return battle.voted(Verdict.A)


@given(battles(), st.sampled_from(Event), rules())
def test_only_the_table_changes_a_stage(battle, event, rules):
    """What the table of transitions does not hold cannot happen to a battle."""
    assume((battle.stage, event) not in TRANSITIONS)

    with pytest.raises(NotAtThisStage, match=event.value):
        apply(event, battle, rules)


@given(battles(), st.sampled_from(Event), rules())
def test_the_table_says_where_an_event_leads(battle, event, rules):
    """Each row of the table is what happens to a battle."""
    assume((battle.stage, event) in TRANSITIONS)
    changed = apply(event, battle, replace(rules, max_turns=20))

    assert changed.stage is TRANSITIONS[battle.stage, event]


def test_what_is_over_stays_over():
    """A battle that has been voted on or voided never goes on."""
    assert set(Stage) - LIVE == {Stage.VOTED, Stage.VOID}


@given(battles((Stage.ANSWERING, Stage.OPEN)), st.sampled_from(VoidReason))
def test_void_keeps_turns(battle, reason):
    """A void says why and loses nothing of what was asked and answered."""
    void = battle.failed(reason)

    assert (void.stage, void.void_reason) == (Stage.VOID, reason)
    assert void.turns == battle.turns


@given(battles((Stage.OPEN,)), rules())
def test_turns_end_at_the_rule(battle, rules):
    """A citizen asks on until the turns of the rules are used, and not once more."""
    rules = replace(rules, max_turns=len(battle.turns) + 1)
    last = battle.prompted("그럼요?", rules).answered(REPLIES)

    assert last.turns == (*battle.turns, Turn("그럼요?", REPLIES))
    with pytest.raises(NotAtThisStage, match="turns are used"):
        last.prompted("또?", rules)


@given(battles((Stage.OPEN,)), st.sampled_from(Verdict))
def test_vote_says_the_verdict(battle, verdict):
    """A vote keeps its verdict and changes nothing else but the stage."""
    voted = battle.voted(verdict)

    assert replace(voted, stage=battle.stage, verdict=None) == battle
    assert voted.verdict is verdict


@given(battles((Stage.ANSWERING,)))
def test_a_change_makes_a_new_battle(battle):
    """A battle is a value: an answer makes another one, and later changes to the texts do not reach it."""
    given_replies = dict(REPLIES)
    answered = battle.answered(given_replies)
    given_replies[Side.A] = "changed"

    assert battle.turns[-1].replies is None
    assert answered.turns[-1].replies == REPLIES


def conversation():
    """A battle whose second turn is being answered."""
    return Battle(
        id=BattleId("b"),
        round_id=RoundId("r"),
        track=Track.OPEN,
        number=1,
        seats={Side.A: IDS[0], Side.B: IDS[1]},
        voter=VoterId("V"),
        category="general",
        language="ko",
        opened_at=datetime(2026, 12, 1, tzinfo=UTC),
        stage=Stage.ANSWERING,
        turns=(Turn("왜?", REPLIES), Turn("그럼?")),
    )


def test_each_side_sees_its_own_conversation():
    """A contestant is asked with its own earlier replies, never with those of the other side."""
    messages = conversation().messages(Side.B, "답하세요.")

    assert messages == [
        {"role": "system", "content": "답하세요."},
        {"role": "user", "content": "왜?"},
        {"role": "assistant", "content": "둘"},
        {"role": "user", "content": "그럼?"},
    ]


def test_no_system_prompt_is_no_message():
    """Rules without a system prompt send none, not an empty one."""
    roles = [message["role"] for message in conversation().messages(Side.A, "")]

    assert roles == ["user", "assistant", "user"]


def pictured(*digests):
    """A turn that came with pictures."""
    shown = (Picture(PictureId(f"p{place}"), digest, 640, 480) for place, digest in enumerate(digests))
    return Turn("이것은?", pictures=tuple(shown))


def test_pictures_come_before_the_text():
    """A prompt that came with pictures is asked as parts, its pictures first."""
    battle = replace(conversation(), turns=(pictured("00" * 32),))

    (asked,) = battle.messages(Side.A, "", {PictureId("p0"): "data:image/jpeg;base64,anBlZw=="})

    assert asked["content"] == [
        {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,anBlZw=="}},
        {"type": "text", "text": "이것은?"},
    ]


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=3))
def test_what_a_prompt_is_hashed_from(digests):
    """A prompt's bytes for the ledger are its text and then each picture's hash after a zero byte."""
    asked = pictured(*(digest.hex() for digest in digests)).asked

    assert asked == "이것은?".encode() + b"".join(b"\x00" + digest for digest in digests)


@given(st.text())
def test_cleaning_once_is_enough(text):
    """A cleaned prompt is clean."""
    try:
        cleaned = clean_prompt(text, 10**6)
    except BadPrompt:
        return

    assert clean_prompt(cleaned, 10**6) == cleaned


HOSTILE = st.text(st.sampled_from([*map(chr, range(0xA0)), *OVERRIDES, "\ud800", "\udfff", "한", "ש"]))


@given(HOSTILE)
def test_cleaned_prompt_shows_what_it_is(text):
    """A cleaned prompt holds no control character, no half character and no bidirectional override."""
    cleaned = clean_prompt(f"물음{text}끝", 10**6)
    codes = {ord(char) for char in cleaned} - {0x09, 0x0A}

    assert not codes & ({*range(0x20), *range(0x7F, 0xA0)} | set(map(ord, OVERRIDES)))
    assert cleaned.encode().decode() == cleaned


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S"]), min_size=1))
def test_letters_of_every_script_stay(text):
    """Cleaning takes nothing from what is written in any script."""
    assert clean_prompt(f"?{text}?", 10**6) == f"?{text}?"


@pytest.mark.parametrize("text", KEPT_AS_THEY_ARE)
def test_scripts_and_pictures_stay(text):
    """Right-to-left text, joined emoji, tabs, newlines and combining marks are asked as they were written."""
    assert clean_prompt(text, 100) == text


def test_newlines_are_one_kind():
    """Whatever browser sent it, a line ends with one character."""
    assert clean_prompt("a\r\nb\rc\nd", 10) == "a\nb\nc\nd"


BLANK = [
    "",
    " \t\r\n ",
    "\x00\x07\x1b",
    "\u202e\u2066",
    "\ud83d",
    "\u200b\u200d\ufeff",
    "\u3164\u3000\u2800",
    "\ufe0f",
]


@pytest.mark.parametrize("text", BLANK)
def test_nothing_to_see_is_no_prompt(text):
    """A prompt that shows nothing is refused before a model is asked."""
    with pytest.raises(BadPrompt, match="empty"):
        clean_prompt(text, 10)


def test_the_limit_counts_what_is_asked():
    """The limit of the rules counts the characters that are left after cleaning."""
    assert clean_prompt("  \x00가나다\u202e  ", 3) == "가나다"
    with pytest.raises(BadPrompt, match="4 characters; 3 are allowed"):
        clean_prompt("가나다라", 3)


@given(st.binary(min_size=16, max_size=16))
def test_id_of_a_battle(drawn):
    """An id is the 32 hexadecimal digits that it was drawn as."""
    assert battle_id(drawn.hex()) == drawn.hex()


@given(st.text().filter(lambda text: not re.fullmatch("[0-9a-f]{32}", text, re.ASCII)))
@example("0" * 31 + "\n")
@example("0" * 32 + "\n")
@example("٠" * 32)
def test_no_id_of_a_battle(text):
    """What no battle can be called is a battle that there is not."""
    with pytest.raises(NotFound):
        battle_id(text)
