"""A battle: one citizen, two unnamed contestants, one vote.

Rule 1: every change of stage is a row of `TRANSITIONS`.
Rule 2: nothing here knows of a database, a network or a clock.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from arena.contest.picture import Picture, PictureId
from arena.contest.roster import ContestantId
from arena.contest.rules import RoundId, Rules, Track, Verdict
from arena.errors import BadPrompt, NotAtThisStage, NotFound

BattleId = NewType("BattleId", str)
VoterId = NewType("VoterId", str)

_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


def battle_id(text: str) -> BattleId:
    """Read the id of a battle that somebody names.

    Raises:
        NotFound: no battle has such an id.
    """
    if not _ID.fullmatch(text):
        raise NotFound("no id of a battle")
    return BattleId(text)


class Side(StrEnum):
    """All that is known of a contestant while the battle is blind."""

    A = "a"
    B = "b"


class Stage(StrEnum):
    """How far a battle has come."""

    ANSWERING = "answering"
    OPEN = "open"
    VOTED = "voted"
    VOID = "void"


class Event(StrEnum):
    """What can happen to a battle."""

    ANSWERED = "answered"
    FAILED = "failed"
    PROMPTED = "prompted"
    VOTE_CAST = "vote_cast"


class VoidReason(StrEnum):
    """Why a battle ended without a vote; the same words for whichever side."""

    REPLY_FAILED = "reply_failed"
    CITIZEN_LEFT = "citizen_left"
    SKIPPED = "skipped"
    RESTARTED = "restarted"
    ROUND_CLOSED = "round_closed"


TRANSITIONS: dict[tuple[Stage, Event], Stage] = {
    (Stage.ANSWERING, Event.ANSWERED): Stage.OPEN,
    (Stage.ANSWERING, Event.FAILED): Stage.VOID,
    (Stage.OPEN, Event.PROMPTED): Stage.ANSWERING,
    (Stage.OPEN, Event.VOTE_CAST): Stage.VOTED,
    (Stage.OPEN, Event.FAILED): Stage.VOID,
}

BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u2800"
"""Letters and symbols by category that show nothing: the Hangul fillers and the blank Braille cell."""

LIVE: frozenset[Stage] = frozenset(stage for stage, _ in TRANSITIONS)
"""The stages from which a battle can still go on."""

Seats = dict[Side, ContestantId]
Replies = dict[Side, str]
Part = dict[str, str | dict[str, str]]
Message = dict[str, str | list[Part]]


@dataclass(frozen=True, slots=True)
class Turn:
    """One prompt, the pictures it came with and, once both contestants have answered, both replies."""

    prompt: str
    replies: Replies | None = None
    pictures: tuple[Picture, ...] = ()

    @property
    def asked(self) -> bytes:
        """What the ledger's hash of the prompt is made of.

        It is the text and, for each picture, a zero byte (which no prompt holds) and the picture's SHA-256.
        """
        digests = (b"\x00" + bytes.fromhex(picture.digest) for picture in self.pictures)
        return self.prompt.encode() + b"".join(digests)


@dataclass(frozen=True, slots=True)
class Battle:
    """One blind comparison, first prompt to vote."""

    id: BattleId
    round_id: RoundId
    track: Track
    number: int
    seats: Seats
    voter: VoterId
    category: str
    language: str
    opened_at: datetime
    stage: Stage
    turns: tuple[Turn, ...]
    void_reason: VoidReason | None = None
    verdict: Verdict | None = None

    def _after(self, event: Event) -> Stage:
        try:
            return TRANSITIONS[self.stage, event]
        except KeyError:
            raise NotAtThisStage(f"{event.value} at stage {self.stage.value}") from None

    def answered(self, replies: Replies) -> "Battle":
        """Put both replies to the last prompt."""
        turns = (*self.turns[:-1], replace(self.turns[-1], replies=dict(replies)))
        return replace(self, stage=self._after(Event.ANSWERED), turns=turns)

    def failed(self, reason: VoidReason) -> "Battle":
        """End the battle without a vote."""
        return replace(self, stage=self._after(Event.FAILED), void_reason=reason)

    def prompted(self, prompt: str, rules: Rules) -> "Battle":
        """Ask on.

        Raises:
            NotAtThisStage: the battle is not open, or has all the turns that the rules allow.
        """
        stage = self._after(Event.PROMPTED)
        if len(self.turns) >= rules.max_turns:
            raise NotAtThisStage(f"all {rules.max_turns} turns are used")
        return replace(self, stage=stage, turns=(*self.turns, Turn(prompt)))

    def voted(self, verdict: Verdict) -> "Battle":
        """Say which reply is better."""
        return replace(self, stage=self._after(Event.VOTE_CAST), verdict=verdict)

    def messages(
        self, side: Side, system_prompt: str, pictures: Mapping[PictureId, str] | None = None
    ) -> list[Message]:
        """Give the conversation of one side, as the contestant on it is asked (OpenAI chat roles).

        `pictures` holds those that the turns came with, as data URLs.
        """
        said: list[Message] = [{"role": "system", "content": system_prompt}] if system_prompt else []
        for turn in self.turns:
            said.append({"role": "user", "content": content(turn, pictures or {})})
            if turn.replies is not None:
                said.append({"role": "assistant", "content": turn.replies[side]})
        return said


def content(turn: Turn, pictures: Mapping[PictureId, str]) -> str | list[Part]:
    """Give what a turn asks: its text, or its pictures (data URLs by id) and then the text."""
    if not turn.pictures:
        return turn.prompt
    shown: list[Part] = [
        {"type": "image_url", "image_url": {"url": pictures[picture.id]}} for picture in turn.pictures
    ]
    return [*shown, {"type": "text", "text": turn.prompt}]


def clean_prompt(text: str, limit: int) -> str:
    """Give the prompt as it is stored and asked: `readable`, not empty, not too long.

    Raises:
        BadPrompt: nothing that can be seen is left, or more than `limit` characters.
    """
    kept = readable(text)
    if not any(_visible(char) for char in kept):
        raise BadPrompt("the prompt is empty")
    if len(kept) > limit:
        raise BadPrompt(f"the prompt has {len(kept)} characters; {limit} are allowed")
    return kept


def readable(text: str) -> str:
    r"""Give a foreign text trimmed and without control characters.

    Newlines become `\n`; tabs stay. Bidirectional overrides and isolates are dropped, because they can
    make a page show another text than the one that was written; right-to-left letters are untouched.
    """
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in unified if char in "\n\t" or not _unreadable(char)).strip()


def _visible(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] not in "MZ" and category not in {"Cc", "Cf"} and char not in BLANK_LETTERS


def _unreadable(char: str) -> bool:
    point = ord(char)
    is_control = point < 0x20 or 0x7F <= point <= 0x9F
    is_surrogate = 0xD800 <= point <= 0xDFFF
    is_override = 0x202A <= point <= 0x202E or 0x2066 <= point <= 0x2069
    return is_control or is_surrogate or is_override
