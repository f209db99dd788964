"""The shapes of the API's answers; those of its requests are in `requested`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from arena.contest.battle import Side, Stage, Turn
from arena.contest.feedback import Feedback, Reason
from arena.contest.notice import Level
from arena.contest.personal_data import PersonalData, named_in
from arena.contest.picture import Picture
from arena.contest.rules import Verdict
from arena.reporting.tally import Standings
from arena.service.queue import ASK_AGAIN, Place
from arena.service.views import BattleView, Entrant, Finding, Me, Named, Receipt, RoundView
from arena.web.render import render


class Pair(BaseModel):
    """A text for each side."""

    a: str
    b: str


class PictureShown(BaseModel):
    """A picture as it is kept, in pixels; `GET /api/pictures/{picture}` gives it."""

    picture: str
    width: int
    height: int


class TurnShown(BaseModel):
    """One prompt and both replies; `html` where rendered ones were asked for.

    `taken` names the personal data that was taken out of the prompt before anybody got it.
    """

    prompt: str
    taken: list[PersonalData]
    pictures: list[PictureShown]
    replies: Pair | None
    html: Pair | None = None


class TeamShown(BaseModel):
    """A team that the rules allow to name."""

    team: str
    name: str


class Teams(BaseModel):
    """The teams of a battle that is no longer blind."""

    a: TeamShown
    b: TeamShown


class ReasonsShown(BaseModel):
    """What was said beside a vote; `taken` names the personal data that was taken out of the comment."""

    a: list[Reason]
    b: list[Reason]
    comment: str
    taken: list[PersonalData]


class BattleShown(BaseModel):
    """What a citizen may see of her battle."""

    battle: str
    stage: Stage
    category: str
    turns: list[TurnShown]
    max_turns: int
    verdict: Verdict | None
    void_reason: str | None
    feedback: ReasonsShown | None
    guess: Pair | None
    teams: Teams | None


class NoticeShown(BaseModel):
    """What the operator tells everybody, until a moment."""

    id: int
    level: Level
    ko: str
    en: str
    until: datetime


class EntrantShown(BaseModel):
    """A contestant of the round; a reference is there to be compared with and never scores."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    team: str
    name: str
    reference: bool


class ReceiptShown(BaseModel):
    """That a vote is on record."""

    battle: str
    verdict: Verdict
    index: int
    leaf: str
    votes: int
    votes_per_person: int
    teams: Teams | None


class RecordLineShown(BaseModel):
    """One line of a citizen's own record."""

    battle: str
    prompt: str
    category: str
    stage: Stage
    verdict: Verdict | None
    opened: datetime


class MeShown(BaseModel):
    """A citizen's own record."""

    consented: bool
    votes: int
    votes_per_person: int
    battle: str | None
    record: list[RecordLineShown]
    may_withdraw: bool


class CountsShown(BaseModel):
    """How much the round holds so far."""

    battles: int
    votes: int
    citizens: int


class RoundShown(BaseModel):
    """What anyone may know of the round."""

    id: str
    title: dict[str, str]
    opens: datetime
    closes: datetime
    open: bool
    paused: bool
    rules_hash: str
    demo: bool
    consent: str
    categories: list[str]
    verdicts: list[Verdict]
    max_turns: int
    max_prompt: int
    votes_per_person: int
    pictures: Annotated[int, Field(description="how many a question may come with")]
    standings: str
    reveal: str
    speed: str
    counts: CountsShown


class RowShown(BaseModel):
    """One contestant's line in published standings."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    team: str
    rating: float
    lower: float
    upper: float
    points: float
    points_lower: float
    points_upper: float
    votes: int


class StandingsShown(BaseModel):
    """Published standings, best first."""

    contestants: list[RowShown]
    votes: int
    voters: int


class CosignersShown(BaseModel):
    """The witnesses whose cosignatures were taken."""

    witnesses: list[str]


class ReceiptChecked(BaseModel):
    """What a receipt proves; only `holds` and `contradicts` say more than the finding."""

    model_config = ConfigDict(from_attributes=True)

    finding: Finding
    verdict: Verdict | None
    index: int | None
    size: int | None
    code: str | None
    recorded: datetime | None
    cosigners: list[str]


class InLine(BaseModel):
    """A place in the line: from 1, with a guess of the wait.

    Whoever has not asked again after `ask_again_seconds` may lose it.
    """

    place: Annotated[int, Field(description="1 is the next to be answered")]
    seconds: Annotated[int, Field(description="a guess of the wait, from recent answers")]
    ask_again_seconds: Annotated[int, Field(description="the place is kept for so long at least")]


class WaitingShown(BaseModel):
    """All slots are taken: send the same request again after `Retry-After`, and the place moves on."""

    waiting: InLine


class Refusal(BaseModel):
    """Why something cannot be; `battle` where another one is in the way."""

    error: str
    message: str
    battle: str | None = None


def waiting_shown(place: Place) -> WaitingShown:
    """Show a place in the line."""
    return WaitingShown(waiting=InLine(place=place.place, seconds=place.seconds, ask_again_seconds=ASK_AGAIN))


def battle_shown(view: BattleView, *, html: bool) -> BattleShown:
    """Show a battle, with rendered replies if `html`."""
    return BattleShown(
        battle=view.battle,
        stage=view.stage,
        category=view.category,
        turns=[_turn(turn, html=html) for turn in view.turns],
        max_turns=view.max_turns,
        verdict=view.verdict,
        void_reason=view.void_reason,
        feedback=None if view.feedback is None else _said(view.feedback),
        guess=None if view.guess is None else Pair(a=view.guess[Side.A], b=view.guess[Side.B]),
        teams=_teams(view.teams),
    )


def picture_shown(picture: Picture) -> PictureShown:
    """Show a picture."""
    return PictureShown(picture=picture.id, width=picture.width, height=picture.height)


def receipt_shown(receipt: Receipt) -> ReceiptShown:
    """Show a receipt."""
    return ReceiptShown(
        battle=receipt.battle,
        verdict=receipt.verdict,
        index=receipt.index,
        leaf=receipt.leaf,
        votes=receipt.votes,
        votes_per_person=receipt.votes_per_person,
        teams=_teams(receipt.teams),
    )


def me_shown(me: Me) -> MeShown:
    """Show a citizen's own record."""
    return MeShown(
        consented=me.consented,
        votes=me.votes,
        votes_per_person=me.votes_per_person,
        battle=me.battle,
        record=[
            RecordLineShown(
                battle=line.battle,
                prompt=line.prompt,
                category=line.category,
                stage=line.stage,
                verdict=line.verdict,
                opened=line.opened_at,
            )
            for line in me.record
        ],
        may_withdraw=me.may_withdraw,
    )


def round_shown(view: RoundView, *, paused: bool) -> RoundShown:
    """Show the round; `paused` while no votes are taken because of the record."""
    rules = view.rules
    return RoundShown(
        id=rules.round_id,
        title=rules.titles,
        opens=rules.opens,
        closes=rules.closes,
        open=view.open_now,
        paused=paused,
        rules_hash=view.rules_hash,
        demo=view.demo,
        consent=view.consent,
        categories=list(rules.categories),
        verdicts=list(rules.verdicts),
        max_turns=rules.max_turns,
        max_prompt=rules.max_prompt,
        votes_per_person=rules.votes_per_person,
        pictures=view.pictures,
        standings=rules.standings,
        reveal=rules.reveal,
        speed=rules.speed,
        counts=CountsShown(battles=view.battles, votes=view.votes, citizens=view.citizens),
    )


def entrants_shown(entrants: Sequence[Entrant]) -> list[EntrantShown]:
    """Show the contestants of a round."""
    return [EntrantShown.model_validate(entrant) for entrant in entrants]


def standings_shown(standings: Standings) -> StandingsShown:
    """Show published standings."""
    rows = [RowShown.model_validate(row) for row in standings.rows]
    return StandingsShown(contestants=rows, votes=standings.votes, voters=standings.voters)


def _said(said: Feedback) -> ReasonsShown:
    return ReasonsShown(
        a=[*said.reasons[Side.A]],
        b=[*said.reasons[Side.B]],
        comment=said.comment,
        taken=named_in(said.comment),
    )


def _turn(turn: Turn, *, html: bool) -> TurnShown:
    taken, shown = named_in(turn.prompt), [picture_shown(picture) for picture in turn.pictures]
    if turn.replies is None:
        return TurnShown(prompt=turn.prompt, taken=taken, pictures=shown, replies=None)
    replies = Pair(a=turn.replies[Side.A], b=turn.replies[Side.B])
    rendered = Pair(a=render(replies.a), b=render(replies.b)) if html else None
    return TurnShown(prompt=turn.prompt, taken=taken, pictures=shown, replies=replies, html=rendered)


def _teams(teams: Mapping[Side, Named] | None) -> Teams | None:
    if teams is None:
        return None
    shown = {side.value: TeamShown(team=named.team, name=named.name) for side, named in teams.items()}
    return Teams.model_validate(shown)
