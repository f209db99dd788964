"""A call of one of Gradio's handlers, as the pages' own script makes it; nothing else comes through."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Message, Receive, Scope

from arena.service.permissions import Act

CALL = "gradio_api/run/predict"
LARGEST_CALL = 2_000
"""Bytes; the script's own calls have some hundred."""

LARGEST_INPUT = 16_000
"""Bytes of a call with what staff typed or chose."""

MOST_INPUTS = 40
LONGEST_LIST = 200


@dataclass(frozen=True, slots=True)
class Handlers:
    """The numbers of the handlers of one mount, and whether they may be given anything.

    Of the handlers of a console each has the act that somebody must be permitted to call it.
    """

    numbers: frozenset[int]
    take_inputs: bool = False
    acts: Mapping[int, Act] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the handler with this number, as it is passed on."""

    number: int
    body: bytes


Known = Mapping[str, Handlers]
"""The handlers of each mount, by its path."""

FIELDS = frozenset({"data", "event_data", "fn_index", "trigger_id", "session_hash"})
SESSION = re.compile(r"[a-z0-9]{1,20}")


async def read_call(receive: Receive, known: Handlers) -> Call | None:
    """Read a call and write it anew; None if it is not one that our pages make."""
    largest = LARGEST_INPUT if known.take_inputs else LARGEST_CALL
    body = b""
    more = True
    while more and len(body) <= largest:
        event = await receive()
        body += event.get("body", b"")
        more = event.get("more_body", False)
    if more or len(body) > largest:
        return None
    try:
        call = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return Call(call["fn_index"], json.dumps(_anew(call)).encode()) if _is_ours(call, known) else None


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _is_ours(call: Any, known: Handlers) -> bool:
    return (
        isinstance(call, dict)
        and call.keys() <= FIELDS
        and (_are_inputs(call.get("data")) if known.take_inputs else call.get("data") == [])
        and call.get("event_data") is None
        and type(call.get("fn_index")) is int
        and call["fn_index"] in known.numbers
        and isinstance(call.get("trigger_id"), int | None)
        and isinstance(call.get("session_hash"), str)
        and SESSION.fullmatch(call["session_hash"]) is not None
    )


def _are_inputs(data: Any) -> bool:
    """Tell whether this can be what dropdowns, boxes and fields hold; files and documents cannot."""
    return (
        isinstance(data, list)
        and len(data) <= MOST_INPUTS
        and all(_is_plain(one) or _is_list(one) for one in data)
    )


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= LONGEST_LIST and all(map(_is_plain, value))


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | bool | int | None) or (isinstance(value, float) and math.isfinite(value))


def _anew(call: Mapping[str, Any]) -> dict[str, Any]:
    return {name: call[name] for name in ("data", "fn_index", "session_hash")}


def replay(body: bytes, scope: Scope, receive: Receive) -> tuple[Scope, Receive]:
    """Let the application read a call that has been read already."""
    parts: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    kept = [
        head
        for head in scope["headers"]
        if head[0] not in {b"content-length", b"content-type", b"transfer-encoding"}
    ]
    own = [(b"content-length", str(len(body)).encode()), (b"content-type", b"application/json")]

    async def again() -> Message:
        return parts.pop() if parts else await receive()

    return {**scope, "query_string": b"", "headers": [*kept, *own]}, again
