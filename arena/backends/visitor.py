"""A simulated citizen's way into a running arena: its HTTP API, and nothing that a citizen has not."""

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from arena.errors import RehearsalError
from arena.settings import LOOPBACK

PATIENCE = httpx.Timeout(60.0, connect=10.0)
"""A busy arena answers late; a stream says something every five seconds."""

CLOSING = ("open", "voted", "void")

MOST_REPEATS = 2_000
"""So often does she ask again while she waits in line."""

LONGEST_PAUSE = 15.0
"""Seconds; a place in the line is kept for so long."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What the arena said when it took a vote."""

    battle: str
    verdict: str
    index: int


class Visitor:
    """One simulated citizen; an async context manager."""

    def __init__(self, url: str) -> None:
        """Visit the arena at `url`.

        Raises:
            RehearsalError: that is no address.
        """
        try:
            at = urlsplit(url)
            _ = at.port  # httpx takes any number for a port; this does not
            self._pause = 0.0
            self._is_here = at.hostname in LOOPBACK
            self._client = httpx.AsyncClient(base_url=url, timeout=PATIENCE, trust_env=False)
        except (ValueError, httpx.InvalidURL) as error:
            raise RehearsalError(f"{url!r} is not an address: {error}") from error

    async def __aenter__(self) -> Self:
        """Come in."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave."""
        await self._client.aclose()

    async def consent(self) -> None:
        """Consent to the current notice, which makes her a citizen.

        Raises:
            RehearsalError: the arena cannot be reached or refuses.
        """
        notice = await self._ask("GET", "/api/round", {200})
        await self._ask("POST", "/api/me", {200}, {"consent": _field(notice, "consent")})

    async def open_battle(self, prompt: str, category: str) -> str | None:
        """Open a battle, waiting in line for it, and give its id; None when even the line is full.

        Raises:
            RehearsalError: as `consent`, or the line does not end.
        """
        asked = {"prompt": prompt, "category": category}
        for _ in range(MOST_REPEATS):
            said = await self._ask("POST", "/api/battles", {201, 202, 503}, asked)
            if "waiting" not in said:
                return None if "error" in said else str(_field(said, "battle"))
            await asyncio.sleep(self._pause)
        raise RehearsalError(f"still in line after asking {MOST_REPEATS} times")

    async def follow(self, battle: str) -> bool:
        """Read both answers to their end; tell whether the battle takes a vote.

        Raises:
            RehearsalError: as `consent`, or the stream broke off.
        """
        try:
            async with self._client.stream("GET", f"/api/battles/{battle}/events") as stream:
                async for line in stream.aiter_lines():
                    kind, _, name = line.partition(": ")
                    if kind == "event" and name in CLOSING:
                        return name == "open"
        except httpx.HTTPError as error:
            raise RehearsalError(f"the answers of battle {battle} broke off: {error!r}") from error
        raise RehearsalError(f"the answers of battle {battle} ended without an ending")

    async def vote(self, battle: str, verdict: str) -> Acknowledged:
        """Vote and give what the arena acknowledged.

        Raises:
            RehearsalError: as `consent`.
        """
        said = await self._ask("PUT", f"/api/battles/{battle}/vote", {200}, {"verdict": verdict})
        return Acknowledged(*(_field(said, name) for name in ("battle", "verdict", "index")))

    async def _ask(
        self, method: str, path: str, wanted: set[int], body: dict[str, str] | None = None
    ) -> dict[str, Any]:
        try:
            answer = await self._client.request(method, path, json=body)
            said = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise RehearsalError(f"{method} {path} failed: {error!r}") from error
        if answer.status_code not in wanted:
            raise RehearsalError(f"{method} {path} answered {answer.status_code}: {said}")
        if not isinstance(said, dict):
            raise RehearsalError(f"{method} {path} answered what no arena answers")
        self._pause = _pause(answer.headers.get("retry-after", ""))
        self._keep_cookies()
        return said

    def _keep_cookies(self) -> None:
        """Send a cookie that is for https alone to this very machine too, by http, as browsers do."""
        for cookie in self._client.cookies.jar:
            cookie.secure = cookie.secure and not self._is_here


def _pause(retry_after: str) -> float:
    return min(float(retry_after), LONGEST_PAUSE) if retry_after.isdecimal() else 1.0


def _field(said: dict[str, Any], name: str) -> Any:
    if name not in said:
        raise RehearsalError(f"what answers at this address is no arena: there is no {name!r} in its answer")
    return said[name]
