"""The events of a streamed chat completion, field for field as vLLM 0.32 sends them.

They carry all that a blind battle must not show: ids, names, fingerprints, token counts.
"""

import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from arena.backends.demo.personas import Persona

DONE = b"data: [DONE]\n\n"
KEEP_ALIVE = b": keep-alive\n\n"


@dataclass(frozen=True, slots=True)
class Voice:
    """What stays the same in all events of one reply."""

    persona: Persona
    id: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(8)}")
    created: int = field(default_factory=lambda: int(time.time()))

    def role(self) -> bytes:
        """Give the first event, which holds no text."""
        delta = {"role": "assistant", "content": ""}
        return encoded(self._event(delta, None) | {"prompt_token_ids": None, "prompt_text": None})

    def content(self, text: str) -> bytes:
        """Give an event with text."""
        return encoded(self._event({"content": text}, None))

    def reasoning(self, text: str) -> bytes:
        """Give an event with reasoning, as a server sends it that tells it from the answer."""
        return encoded(self._event({"reasoning": text}, None))

    def finish(self, reason: str) -> bytes:
        """Give the event with the finish_reason."""
        return encoded(
            self._event({"content": ""}, reason) | {"system_fingerprint": fingerprint(self.persona)}
        )

    def usage(self, prompt_tokens: int, completion_tokens: int) -> bytes:
        """Give the event with token counts, sent when they were asked for."""
        counts = usage(prompt_tokens, completion_tokens)
        return encoded(self._head() | {"choices": [], "usage": counts})

    def whole(self, text: str, reason: str, counts: dict[str, int]) -> dict[str, Any]:
        """Give the answer of a request that is not streamed."""
        message = {"role": "assistant", "content": text, "refusal": None, "reasoning": None}
        choice = {
            "index": 0,
            "message": message,
            "logprobs": None,
            "finish_reason": reason,
            "stop_reason": None,
        }
        head = self._head() | {"object": "chat.completion", "choices": [choice]}
        return head | {"system_fingerprint": fingerprint(self.persona), "usage": counts}

    def _event(self, delta: dict[str, str], reason: str | None) -> dict[str, Any]:
        choice: dict[str, Any] = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        if reason is not None:
            choice["stop_reason"] = None
        if "role" not in delta:
            choice["token_ids"] = None
        return self._head() | {"choices": [choice]}

    def _head(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": self.created,
            "model": self.persona.id,
        }


def encoded(event: dict[str, Any]) -> bytes:
    """Give one event as bytes, Korean as it is."""
    return f"data: {json.dumps(event, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()


def error(message: str, kind: str, code: int, param: str | None = None) -> dict[str, Any]:
    """Give an error as vLLM words it."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def usage(prompt_tokens: int, completion_tokens: int) -> dict[str, int]:
    """Give token counts."""
    return {
        "prompt_tokens": prompt_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
        "completion_tokens": completion_tokens,
    }


def fingerprint(persona: Persona) -> str:
    """Give a fingerprint that differs from contestant to contestant, as real ones do."""
    return f"vllm-0.32.0-{hashlib.sha256(persona.id.encode()).hexdigest()[:8]}"
