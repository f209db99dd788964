"""A citizen of a running arena who keeps every byte that she was sent."""

import json
from collections.abc import Iterator
from types import TracebackType
from typing import Self

import httpx


class Citizen:
    """One citizen; `heard` holds all heads and bodies that came."""

    def __init__(self, url: str) -> None:
        self.heard: list[bytes] = []
        self._client = httpx.Client(base_url=url, timeout=120, event_hooks={"response": [self._keep_head]})

    def __enter__(self) -> Self:
        notice = self.ask("GET", "/api/round")["consent"]
        self.ask("POST", "/api/me", {"consent": notice})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(self, method: str, path: str, body: dict[str, str] | None = None) -> dict[str, object]:
        """Ask the API and give what it said."""
        answer = self._client.request(method, path, json=body)
        self.heard.append(answer.content)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else {}

    def open_battle(self, prompt: str) -> str:
        """Ask both sides something new."""
        return str(self.ask("POST", "/api/battles", {"prompt": prompt, "category": "general"})["battle"])

    def events(self, battle: str) -> Iterator[tuple[str, dict[str, object]]]:
        """Follow a battle: the name and the data of each event, to the last."""
        with self._client.stream("GET", f"/api/battles/{battle}/events") as stream:
            name = ""
            for line in stream.iter_lines():
                self.heard.append(line.encode())
                field, _, value = line.partition(": ")
                name = value if field == "event" else name
                if field == "data":
                    yield name, json.loads(value)

    def follow(self, battle: str) -> tuple[str, str, str]:
        """Read a battle to its end: the name of the last event and both texts."""
        texts, last = {"a": "", "b": ""}, ""
        for last, data in self.events(battle):
            if last == "delta":
                texts = {side: texts[side] + str(data[side]) for side in texts}
        return last, texts["a"], texts["b"]

    def battle(self, battle: str) -> dict[str, object]:
        """Read what she may see of her battle."""
        return self.ask("GET", f"/api/battles/{battle}")

    def _keep_head(self, answer: httpx.Response) -> None:
        self.heard.append(repr(answer.headers.raw).encode())
