"""A call of one of Gradio's handlers, as the pages' own script makes it; nothing else comes through."""

import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.types import Message, Receive, Scope

CALL = "gradio_api/run/predict"
LARGEST_CALL = 2_000
"""Bytes; the script's own calls have some hundred."""

Known = Mapping[str, frozenset[int]]
"""The numbers of the handlers of each mount."""

FIELDS = frozenset({"data", "event_data", "fn_index", "trigger_id", "session_hash"})
SESSION = re.compile(r"[a-z0-9]{1,20}")


async def read_call(receive: Receive, known: frozenset[int]) -> bytes | None:
    """Read a call and write it anew; None if it is not one that our pages make."""
    body = b""
    more = True
    while more and len(body) <= LARGEST_CALL:
        event = await receive()
        body += event.get("body", b"")
        more = event.get("more_body", False)
    if more or len(body) > LARGEST_CALL:
        return None
    try:
        call = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return json.dumps(_anew(call)).encode() if _is_ours(call, known) else None


def _is_ours(call: Any, known: frozenset[int]) -> bool:
    return (
        isinstance(call, dict)
        and call.keys() <= FIELDS
        and call.get("data") == []
        and call.get("event_data") is None
        and type(call.get("fn_index")) is int
        and call["fn_index"] in known
        and isinstance(call.get("trigger_id"), int | None)
        and isinstance(call.get("session_hash"), str)
        and SESSION.fullmatch(call["session_hash"]) is not None
    )


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
