"""The demo contestants' servers, one path for each, as ASGI.

`/<id>/health`, `/<id>/v1/models` and `/<id>/v1/chat/completions` answer as vLLM does;
`/control/…` exists only when asked for, and makes contestants fail on purpose.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from arena.backends.demo import composing, leaks
from arena.backends.demo.controls import Controls, routes
from arena.backends.demo.events import DONE, Voice, error, usage
from arena.backends.demo.faults import ANSWERS, ENDINGS, WITHOUT_ROLE, ConnectionCut, DemoFault, Plan
from arena.backends.demo.looking import Seen, look
from arena.backends.demo.personas import BY_ID, Persona

CRUMB = 7
"""Bytes of a write when a reply comes in crumbs; every syllable of Hangul is torn by some of them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a chat completion that holds what it must."""

    said: tuple[str, ...]
    stream: bool
    max_tokens: int
    with_usage: bool
    prompt_tokens: int
    seen: Seen | None


@dataclass(slots=True)
class _Reply:
    """One reply being streamed."""

    persona: Persona
    pieces: Sequence[str]
    whole: bool
    asked: Asked
    controls: Controls
    plan: Plan | None = None
    voice: Voice = field(init=False)

    def __post_init__(self) -> None:
        self.voice = Voice(self.persona)

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        """Stream until all is said or the client has gone."""
        writing = asyncio.create_task(self._write(send))
        leaving = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait({writing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            writing.cancel()
            leaving.cancel()
            await asyncio.gather(writing, leaving, return_exceptions=True)

    async def _write(self, send: Send) -> None:
        headers = [(b"content-type", b"text/event-stream; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        self.controls.open += 1
        try:
            async with aclosing(self._events()) as events:
                async for chunk in events:
                    for part in self._parts(chunk):
                        await send({"type": "http.response.body", "body": part, "more_body": True})
        except ConnectionCut:
            return
        finally:
            self.controls.open -= 1
        await send({"type": "http.response.body", "body": b""})

    def _parts(self, chunk: bytes) -> list[bytes]:
        if self._fault is not DemoFault.CRUMBS:
            return [chunk]
        return [chunk[at : at + CRUMB] for at in range(0, len(chunk), CRUMB)]

    @property
    def _fault(self) -> DemoFault | None:
        return self.plan.fault if self.plan else None

    async def _events(self) -> AsyncGenerator[bytes, None]:
        ending = ENDINGS.get(self._fault) if self._fault else None
        pieces = self.pieces if ending is None else self.pieces[: self.plan.after if self.plan else 0]
        if self._fault not in WITHOUT_ROLE:
            said = [self.voice.content(piece) for piece in pieces]
            if self._fault is DemoFault.LEAK:
                said.insert(0, self.voice.reasoning(composing.introductions(self.persona)))
            async for chunk in self._timed(said):
                yield chunk
        if ending is None:
            yield self._last()
            return
        async with aclosing(ending(self.voice)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def _timed(self, events: Sequence[bytes]) -> AsyncGenerator[bytes, None]:
        """Give the events at the persona's speed; those that are due together in one write."""
        clock = asyncio.get_running_loop().time
        start = clock() + self.persona.first_delay / self.controls.speed
        due = [self.voice.role()]
        for number, event in enumerate(events):
            wait = start + number / (self.persona.rate * self.controls.speed) - clock()
            if wait > 0:
                yield b"".join(due)
                due.clear()
                await asyncio.sleep(wait)
            due.append(event)
        yield b"".join(due)

    def _last(self) -> bytes:
        said = self.voice.finish("stop" if self.whole else "length")
        if self.asked.with_usage:
            said += self.voice.usage(self.asked.prompt_tokens, len(self.pieces))
        return said + DONE


def app(answers: composing.Answers, controls: Controls, *, with_controls: bool) -> Starlette:
    """Make the application."""

    async def health(request: Request) -> Response:
        _persona(request)
        return Response()

    async def models(request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [_model(_persona(request))]})

    async def complete(request: Request) -> Response | _Reply:
        persona = _persona(request)
        asked = await _asked(request, persona)
        if isinstance(asked, Response):
            return asked
        plan = controls.take(persona.id)
        if plan is not None and plan.fault in ANSWERS:
            return ANSWERS[plan.fault]()
        return _answer(answers, controls, persona, asked, plan)

    paths = [
        Route("/{name}/health", health),
        Route("/{name}/v1/models", models),
        Route("/{name}/v1/chat/completions", complete, methods=["POST"]),
    ]
    found = [*routes(controls), *paths] if with_controls else paths
    return Starlette(routes=found, exception_handlers={HTTPException: _as_vllm})


def _answer(
    answers: composing.Answers, controls: Controls, persona: Persona, asked: Asked, plan: Plan | None
) -> Response | _Reply:
    text = composing.reply(answers, persona, asked.said, asked.seen)
    if plan is not None and plan.fault is DemoFault.LEAK:
        text = _leaked(plan.way, persona, text)
    pieces = [text[at : at + persona.piece] for at in range(0, len(text), persona.piece)]
    whole = len(pieces) <= asked.max_tokens
    pieces = pieces[: asked.max_tokens]
    if asked.stream:
        return _Reply(persona, pieces, whole, asked, controls, plan)
    counts = usage(asked.prompt_tokens, len(pieces))
    return JSONResponse(Voice(persona).whole("".join(pieces), "stop" if whole else "length", counts))


def _leaked(way: str, persona: Persona, text: str) -> str:
    """Put a leak before an answer of odd length and after one of even length."""
    if not way:
        return composing.introductions(persona) + text
    leak = leaks.said(way, persona)
    return f"{leak}\n\n{text}" if len(text) % 2 else f"{text}\n\n{leak}"


async def _asked(request: Request, persona: Persona) -> Asked | Response:
    """Read the request, or give the answer that vLLM gives to one it cannot read."""
    try:
        body = await request.json()
        messages = body["messages"]
        asking = [message for message in messages if message["role"] == "user"]
        said = tuple(_content(message) for message in asking)
        pictures = [_pictures(message) for message in asking]
        asked = Asked(
            said=said,
            stream=bool(body.get("stream", False)),
            max_tokens=int(body.get("max_tokens") or 4096),
            with_usage=bool((body.get("stream_options") or {}).get("include_usage", False)),
            prompt_tokens=sum(len(_content(message)) for message in messages) // 2 + 8,
            seen=look(pictures[-1][0]) if persona.images and pictures and pictures[-1] else None,
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return JSONResponse(error("1 validation error", "Bad Request", 400, "body"), 400)
    if any(pictures) and not persona.images:
        message = f"{persona.id} is not a multimodal model"
        return JSONResponse(error(message, "BadRequestError", 400), 400)
    if not said or asked.max_tokens < 1:
        return JSONResponse(error("messages or max_tokens", "BadRequestError", 400), 400)
    if body.get("model", persona.id) != persona.id:
        message = f"The model `{body['model']}` does not exist. Valid aliases: {persona.id}."
        return JSONResponse(error(message, "NotFoundError", 404, "model"), 404)
    return asked


def _content(message: dict[str, Any]) -> str:
    """Give the text of a message, which may come in parts."""
    content = message["content"]
    if isinstance(content, list):
        content = "\n".join(part["text"] for part in content if part["type"] == "text")
    if not isinstance(content, str):
        raise TypeError("content")
    return content


def _pictures(message: dict[str, Any]) -> list[str]:
    """Give the addresses of a message's pictures."""
    content = message["content"]
    parts = content if isinstance(content, list) else []
    return [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]


def _persona(request: Request) -> Persona:
    try:
        return BY_ID[request.path_params["name"]]
    except KeyError:
        raise HTTPException(404) from None


def _model(persona: Persona) -> dict[str, Any]:
    return {
        "id": persona.id,
        "object": "model",
        "owned_by": "vllm",
        "root": persona.id,
        "max_model_len": 8192,
    }


async def _as_vllm(_: Request, raised: Exception) -> Response:
    if not isinstance(raised, HTTPException):
        raise raised
    return JSONResponse({"detail": raised.detail}, raised.status_code)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
