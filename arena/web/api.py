"""The HTTP API: routes that do nothing but ask the service.

Routes that touch the database are plain `def` and run in threads; `async` only where answers stream.
"""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Cookie, Depends, Header, Query, Request, Response
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse

from arena.contest.battle import BattleId, VoterId
from arena.contest.picture import KEPT_TYPE
from arena.errors import NotACitizen, NotAtThisStage
from arena.service.answering import Answering
from arena.service.citizens import Citizens
from arena.service.feed import START
from arena.service.notary import Notary
from arena.service.pictures import Pictures
from arena.service.public import Public
from arena.service.queue import Line, Place
from arena.web import events, guard, requested, schemas

STREAM_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}

router = APIRouter()


async def _citizens(request: Request) -> Citizens:
    return request.app.state.citizens  # type: ignore[no-any-return]  # Starlette's state is untyped


async def _answering(request: Request) -> Answering:
    return request.app.state.answering  # type: ignore[no-any-return]  # as above


async def _public(request: Request) -> Public:
    return request.app.state.public  # type: ignore[no-any-return]  # as above


async def _notary(request: Request) -> Notary:
    return request.app.state.notary  # type: ignore[no-any-return]  # as above


async def _pictures(request: Request) -> Pictures:
    return request.app.state.pictures  # type: ignore[no-any-return]  # as above


TheCitizens = Annotated[Citizens, Depends(_citizens)]
TheAnswers = Annotated[Answering, Depends(_answering)]
ThePublic = Annotated[Public, Depends(_public)]
TheNotary = Annotated[Notary, Depends(_notary)]
ThePictures = Annotated[Pictures, Depends(_pictures)]
Token = Annotated[str | None, Cookie(alias=guard.COOKIE)]
Rendering = Annotated[Literal["html"] | None, Query()]
Withdrawing = Annotated[Literal["1"] | None, Query()]


async def _voter(citizens: TheCitizens, token: Token = None) -> VoterId:
    voter = citizens.voter(token)
    if voter is None:
        raise NotACitizen("no valid token")
    return voter


Voter = Annotated[VoterId, Depends(_voter)]


async def _picture_sent(request: Request, pictures: ThePictures, voter: Voter) -> AsyncIterator[bytes]:
    """Read a picture, for whoever may add one; until it is kept it has one of her places."""
    coming: guard.Coming = request.app.state.coming
    with coming.place(voter):
        await asyncio.to_thread(pictures.check_may_add, voter)
        yield await guard.picture(request)


PictureSent = Annotated[bytes, Depends(_picture_sent)]


async def _check_sound(notary: TheNotary) -> None:
    """Let nothing be put on a record that is not as it was signed."""
    notary.check_sound()


SOUND = [Depends(_check_sound)]


A_PICTURE = {"requestBody": {"required": True, "content": {"image/*": {"schema": {"type": "string"}}}}}
IN_LINE: dict[int | str, dict[str, Any]] = {
    202: {
        "model": schemas.WaitingShown,
        "description": "All slots are taken; send the same request again after `Retry-After` seconds",
        "headers": {"Retry-After": {"schema": {"type": "integer"}}},
    }
}

# The citizen


@router.get("/api/me")
def read_me(citizens: TheCitizens, token: Token = None) -> schemas.MeShown:
    """Give the citizen's own record; an empty one without a cookie."""
    return schemas.me_shown(citizens.me(token))


@router.post("/api/me")
def give_consent(
    consent: requested.Consent,
    request: Request,
    response: Response,
    citizens: TheCitizens,
    token: Token = None,
) -> schemas.MeShown:
    """Consent to the current notice; whoever has no cookie gets one."""
    held = citizens.consent(token, consent.consent)
    if held != token:
        guard.hand_over(response, held, https=request.app.state.https)
    return schemas.me_shown(citizens.me(held))


@router.delete("/api/me", status_code=204)
async def erase_me(
    citizens: TheCitizens,
    answering: TheAnswers,
    voter: Voter,
    withdraw: Withdrawing = None,
    token: Token = None,
) -> Response:
    """Erase the citizen's prompts, replies and comments; her votes stay, or leave the score as well."""
    me = await asyncio.to_thread(citizens.me, token)
    if withdraw and not me.may_withdraw:
        raise NotAtThisStage("the scoring has begun; votes can no longer be withdrawn")
    given_up = await asyncio.to_thread(partial(citizens.erase, voter, withdraw=withdraw is not None))
    if given_up:
        answering.stop(given_up)
    response = Response(status_code=204)
    response.delete_cookie(guard.COOKIE)
    return response


# Her pictures


@router.post("/api/pictures", status_code=201, dependencies=SOUND, openapi_extra=A_PICTURE)
def add_picture(pictures: ThePictures, voter: Voter, file: PictureSent) -> schemas.PictureShown:
    """Add a picture to ask about: a JPEG, PNG or WebP as it is. Only its pixels are kept, made smaller."""
    return schemas.picture_shown(pictures.add(voter, file))


@router.get("/api/pictures/{picture}", response_class=Response, responses={200: {"content": {KEPT_TYPE: {}}}})
def read_picture(picture: str, pictures: ThePictures, voter: Voter) -> Response:
    """Give a picture of hers, as the contestants get it."""
    return Response(pictures.read(voter, picture), media_type=KEPT_TYPE)


@router.delete("/api/pictures/{picture}", status_code=204)
def remove_picture(picture: str, pictures: ThePictures, voter: Voter) -> Response:
    """Take away a picture that nothing was asked about."""
    pictures.remove(voter, picture)
    return Response(status_code=204)


# A battle


@router.post(
    "/api/battles",
    status_code=201,
    dependencies=SOUND,
    response_model=schemas.BattleShown,
    responses=IN_LINE,
)
async def open_battle(
    asked: requested.NewBattle, request: Request, citizens: TheCitizens, answering: TheAnswers, voter: Voter
) -> schemas.BattleShown | Response:
    """Open a battle, and both contestants begin to answer; or take a place in the line (202)."""
    spoken = asked.language or guard.language_of(request)
    question = (voter, asked.prompt, asked.category, spoken, asked.images)
    checking = partial(citizens.check_may_open, *question)
    if place := await answering.place(voter, Line.BATTLE, checking):
        return _in_line(place)
    battle_id = citizens.new_battle_id()
    battle = await answering.ask(battle_id, voter, partial(citizens.open_battle, battle_id, *question))
    return schemas.battle_shown(citizens.view(battle), html=False)


@router.delete("/api/waiting", status_code=204)
async def leave_line(answering: TheAnswers, voter: Voter) -> Response:
    """Give a place in the line up."""
    answering.give_place_up(voter)
    return Response(status_code=204)


def _in_line(place: Place) -> Response:
    return JSONResponse(schemas.waiting_shown(place).model_dump(), 202, {"retry-after": str(place.again)})


@router.get("/api/battles/{battle_id}")
def read_battle(
    battle_id: str, citizens: TheCitizens, voter: Voter, render: Rendering = None
) -> schemas.BattleShown:
    """Give what the citizen may see of her battle."""
    return schemas.battle_shown(citizens.battle(battle_id, voter), html=render == "html")


@router.post(
    "/api/battles/{battle_id}/turns",
    status_code=201,
    dependencies=SOUND,
    response_model=schemas.BattleShown,
    responses=IN_LINE,
)
async def ask_on(
    battle_id: str, asked: requested.Prompt, citizens: TheCitizens, answering: TheAnswers, voter: Voter
) -> schemas.BattleShown | Response:
    """Put another prompt to both sides; or take a place in the line (202), before those with new battles."""
    known = BattleId(battle_id)
    await asyncio.to_thread(citizens.battle, known, voter)  # to a stranger there is no such battle
    checking = partial(citizens.check_may_ask_on, known, voter, asked.prompt)
    if place := await answering.place(voter, Line.TURN, checking):
        return _in_line(place)
    battle = await answering.ask(known, voter, partial(citizens.ask_on, known, voter, asked.prompt))
    return schemas.battle_shown(citizens.view(battle), html=False)


@router.get(
    "/api/battles/{battle_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def follow_battle(
    battle_id: str,
    answering: TheAnswers,
    voter: Voter,
    render: Rendering = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> StreamingResponse:
    """Follow the last turn: `delta` (or rendered `blocks`) events, then `open`, `voted` or `void`."""
    await answering.check_may_watch(battle_id, voter)
    if render:
        stream = events.rendered(answering.watch(BattleId(battle_id), voter, START))
    else:
        since = events.position(last_event_id)
        stream = events.texts(answering.watch(BattleId(battle_id), voter, since))
    return StreamingResponse(stream, media_type="text/event-stream", headers=STREAM_HEADERS)


@router.delete("/api/battles/{battle_id}")
def give_up_battle(battle_id: str, citizens: TheCitizens, voter: Voter) -> schemas.BattleShown:
    """Give an open battle up without a vote."""
    citizens.skip(BattleId(battle_id), voter)
    return schemas.battle_shown(citizens.battle(battle_id, voter), html=False)


@router.put("/api/battles/{battle_id}/vote", dependencies=SOUND)
def cast_vote(
    battle_id: str, vote: requested.Vote, citizens: TheCitizens, voter: Voter
) -> schemas.ReceiptShown:
    """Vote; the same verdict again gives the same receipt and keeps what is said beside it."""
    receipt = citizens.cast_vote(battle_id, voter, vote.verdict, vote.said(), vote.guessed())
    return schemas.receipt_shown(receipt)


@router.post("/api/battles/{battle_id}/reports", status_code=201)
def report_reply(
    battle_id: str, report: requested.Report, citizens: TheCitizens, voter: Voter
) -> dict[str, str]:
    """Report a reply as harmful."""
    citizens.report(battle_id, voter, report.turn, report.side, report.harm, report.comment)
    return {}


# The public


@router.get("/api/round")
def read_round(public: ThePublic, notary: TheNotary) -> schemas.RoundShown:
    """Give the round: its rules, their hash, its dates and counts."""
    return schemas.round_shown(public.round_view(), paused=not notary.sound)


@router.get("/api/contestants")
def read_contestants(public: ThePublic) -> list[schemas.EntrantShown]:
    """List the round's contestants by team and name, the same to everybody: whom a voter may guess."""
    return schemas.entrants_shown(public.entrants())


@router.get("/api/standings")
def read_standings(public: ThePublic) -> schemas.StandingsShown:
    """Give the standings, where they are not sealed."""
    return schemas.standings_shown(public.standings())


# Machines


@router.get("/healthz", response_class=PlainTextResponse)
def healthy() -> str:
    """Say that the process answers."""
    return "ok"


@router.get("/readyz", response_class=PlainTextResponse)
def ready(public: ThePublic) -> str:
    """Say that the database answers too."""
    public.check_store()
    return "ok"


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(public: ThePublic, answering: TheAnswers, citizens: TheCitizens) -> str:
    """Give counts in Prometheus' text format; nothing in it differs by contestant."""
    view = public.round_view()
    figures = (
        ("answers_under_way", "gauge", answering.under_way),
        ("waiting", "gauge", answering.waiting),
        ("battles_total", "counter", view.battles),
        ("votes_total", "counter", view.votes),
        ("identity_prompts_total", "counter", citizens.identity_prompts),
    )
    return "".join(f"# TYPE arena_{name} {kind}\narena_{name} {value}\n" for name, kind, value in figures)
