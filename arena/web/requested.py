"""The shapes of the API's requests: fields that are not known are mistakes."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from arena.contest.battle import Side
from arena.contest.feedback import MAX_COMMENT, Feedback, Harm, Reason
from arena.contest.picture import MOST_PICTURES
from arena.contest.rules import Verdict

Comment = Annotated[str, Field(max_length=MAX_COMMENT)]
Tags = Annotated[list[Reason], Field(max_length=len(Reason))]


class Strict(BaseModel):
    """A request: fields that are not known are mistakes."""

    model_config = ConfigDict(extra="forbid")


class Consent(Strict):
    """Consent to a version of the notice."""

    consent: str


class Prompt(Strict):
    """A prompt that asks on."""

    prompt: str


class NewBattle(Prompt):
    """The prompt that opens a battle; `images` are ids that `POST /api/pictures` has given."""

    category: str = "general"
    language: Literal["ko", "en"] | None = None
    images: Annotated[list[Annotated[str, Field(max_length=32)]], Field(max_length=MOST_PICTURES)] = []


class Reasons(Strict):
    """Why each reply is liked or not."""

    a: Tags = []
    b: Tags = []


class Guess(Strict):
    """Which contestant each side is taken for, by id; empty where she does not know."""

    a: Annotated[str, Field(max_length=40)] = ""
    b: Annotated[str, Field(max_length=40)] = ""


class Vote(Strict):
    """A verdict and, if she likes, what she says beside it."""

    verdict: Verdict
    reasons: Reasons | None = None
    comment: Comment | None = None
    guess: Guess | None = None

    def said(self) -> Feedback | None:
        """Give what was said beside the verdict, or None where nothing was."""
        if self.reasons is None and self.comment is None:
            return None
        tags = self.reasons or Reasons()
        chosen = {Side.A: tuple(dict.fromkeys(tags.a)), Side.B: tuple(dict.fromkeys(tags.b))}
        return Feedback(chosen, (self.comment or "").strip())

    def guessed(self) -> dict[Side, str] | None:
        """Give whom she takes the sides for, or None where she did not say."""
        return None if self.guess is None else {Side.A: self.guess.a, Side.B: self.guess.b}


class Report(Strict):
    """A reply that is reported, by turn (from 1) and side, and why."""

    side: Side
    turn: Annotated[int, Field(ge=1, le=100)]
    harm: Harm
    comment: Comment = ""
