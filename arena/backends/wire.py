"""The wire format of a streamed chat completion, as vLLM 0.32 speaks it. Pure.

Rule 1: a reply is whole only when a `finish_reason` was seen and no error event; `[DONE]` proves nothing.
Rule 2: of all that a server says, only `delta.content` goes on; everything else could name the contestant.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import from_json

from arena.backends.backend import Message
from arena.backends.sse import SseParser
from arena.backends.visible import Visible
from arena.contest.rules import Decoding
from arena.errors import BackendError, Fault

DONE = "[DONE]"
WHOLE_REASONS = frozenset({"stop", "length"})
REASONING = ("reasoning", "reasoning_content")
BUSY_STATUSES = frozenset({429, 503})


def request_body(
    served_model: str, messages: Sequence[Message], decoding: Decoding, cache_salt: str
) -> dict[str, Any]:
    """Give the body of a streamed request; no other field ever reaches a team."""
    return {
        "model": served_model,
        "messages": [{"role": said["role"], "content": said["content"]} for said in messages],
        "stream": True,
        "temperature": float(decoding.temperature),
        "top_p": float(decoding.top_p),
        "max_tokens": decoding.max_tokens,
        "cache_salt": cache_salt,
    }


def fault_of(status: int) -> Fault:
    """Tell what an HTTP status (or the code of an error event) means for a battle."""
    if status in BUSY_STATUSES:
        return Fault.BUSY
    return Fault.REFUSED if 300 <= status < 500 else Fault.FAILED


def parsed(text: str | bytes) -> dict[str, Any]:
    """Read one JSON object.

    Raises:
        BackendError: MALFORMED.
    """
    try:
        found = _loaded(text)
    except (ValueError, RecursionError) as error:
        raise BackendError(Fault.MALFORMED, "not JSON") from error
    if not isinstance(found, dict):
        raise BackendError(Fault.MALFORMED, "not a JSON object")
    return found


def _loaded(text: str | bytes) -> object:
    try:
        return from_json(text)
    except ValueError:
        return json.loads(text)  # half of an emoji is no JSON to the faster reader; it must not void a battle


class ReplyReader:
    """Reads one streamed reply: bytes in, visible text out, and a judgement at the end.

    `over` says that nothing more needs to be read; `pieces` counts the deltas that held text.
    """

    def __init__(self, line_limit: int, reply_limit: int) -> None:
        self.over = False
        self.pieces = 0
        self._events = SseParser(line_limit)
        self._visible = Visible()
        self._left = reply_limit
        self._finished = False
        self._empty = True
        self._failure: BackendError | None = None

    def feed(self, chunk: bytes) -> str:
        """Give the visible text that `chunk` completes; a fault is kept for `close`."""
        said: list[str] = []
        try:
            for data in self._events.feed(chunk):
                said.append(self._read(data))
                if self.over:
                    break
        except BackendError as error:
            self._failure, self.over = error, True
        return self._seen("".join(said))

    def close(self) -> None:
        """Judge the reply when its stream has ended or `over` is set.

        Raises:
            BackendError: it is not whole.
        """
        if self._failure is not None:
            raise self._failure
        if not self._finished:
            raise BackendError(Fault.CUT, "the stream ended without a finish_reason")
        if self._empty:
            raise BackendError(Fault.EMPTY, "a finish_reason, but no visible text")

    def _seen(self, said: str) -> str:
        """Give what is visible of what was said; at the end also what could have become a mark."""
        text = self._visible.feed(said) if said else ""
        if self._finished:
            text += self._visible.finish()
        self._empty = self._empty and not text.strip()
        return text

    def _read(self, data: str) -> str:
        if data == DONE:
            self.over = True
            return ""
        event = parsed(data)
        if event.get("error") is not None:
            raise _in_band(event["error"])
        choice = _first_choice(event)
        return "" if choice is None else self._chosen(choice)

    def _chosen(self, choice: Mapping[str, Any]) -> str:
        delta = choice.get("delta") or {}
        if not isinstance(delta, dict):
            raise BackendError(Fault.MALFORMED, "a delta is not an object")
        text = _text(delta, "content")
        self._count(len(text) + sum(len(_text(delta, field)) for field in REASONING if field in delta))
        if reason := choice.get("finish_reason"):
            self._finish(reason)
        return text

    def _count(self, size: int) -> None:
        if size and self._finished:
            raise BackendError(Fault.MALFORMED, "text after the finish_reason")
        self._left -= size
        if self._left < 0:
            raise BackendError(Fault.ENDLESS, "the reply is longer than any reply may be")
        self.pieces += size > 0

    def _finish(self, reason: object) -> None:
        if not (isinstance(reason, str) and reason in WHOLE_REASONS):
            raise BackendError(Fault.FAILED, f"finish_reason is {str(reason)[:40]!r}")
        self._finished = True


def _in_band(error: object) -> BackendError:
    code = error.get("code") if isinstance(error, dict) else None
    fault = fault_of(code) if isinstance(code, int) else Fault.FAILED
    return BackendError(fault, f"an error event with code {code if isinstance(code, int) else 'unknown'}")


def _first_choice(event: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give the only choice that was asked for; None for an event without choices (usage)."""
    choices = event.get("choices")
    if not isinstance(choices, list):
        raise BackendError(Fault.MALFORMED, "an event without a list of choices")
    if not choices:
        return None
    if not isinstance(choices[0], dict):
        raise BackendError(Fault.MALFORMED, "a choice is not an object")
    return choices[0]


def _text(delta: Mapping[str, Any], field: str) -> str:
    found = delta.get(field)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise BackendError(Fault.MALFORMED, f"{field} is not text")
    return found
