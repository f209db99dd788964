"""Two replies at once, read to the end or ended together.

Rule 1: each reply is read by one task of its own, which alone ever asks its generator.
Rule 2: the first fault ends both, and says whose it was.
Rule 3: leaving the duet, for whatever reason, cancels both tasks and closes both generators.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from types import TracebackType
from typing import Self

from arena.contest.battle import Side
from arena.errors import BackendError


class SideFailed(BackendError):
    """One side did not give a whole reply; `side` is for the ledger, never for the citizen."""

    def __init__(self, side: Side, error: BackendError) -> None:
        """Carry the side and the fault of its error."""
        super().__init__(error.fault, f"side {side.value}: {error}")
        self.side = side


class Duet:
    """Reads the replies of both sides into buffers while the `async with` block runs."""

    def __init__(self, replies: Mapping[Side, AsyncGenerator[str, None]]) -> None:
        self._replies = replies
        self._heard: dict[Side, list[str]] = {side: [] for side in replies}
        self._tasks: dict[Side, asyncio.Task[None]] = {}
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._tasks = {side: asyncio.create_task(self._read(side)) for side in self._replies}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def ended(self, side: Side) -> bool:
        """Tell whether the reply of `side` is whole and all of it has been drained.

        Raises:
            SideFailed: either side has failed.
        """
        self._check()
        return self._tasks[side].done() and not self._heard[side]

    def drain(self) -> dict[Side, str]:
        """Give what each side has said since the last call.

        Raises:
            SideFailed: either side has failed.
        """
        self._check()
        said = {side: "".join(deltas) for side, deltas in self._heard.items()}
        for deltas in self._heard.values():
            deltas.clear()
        return said

    async def news(self) -> None:
        """Wait until a side has said something, ended or failed since the last call."""
        await self._news.wait()
        self._news.clear()

    def _check(self) -> None:
        for task in self._tasks.values():
            if task.done():
                task.result()

    async def _read(self, side: Side) -> None:
        try:
            async with aclosing(self._replies[side]) as deltas:
                async for delta in deltas:
                    self._heard[side].append(delta)
                    self._news.set()
        except BackendError as error:
            raise SideFailed(side, error) from error
        finally:
            # The task is done only after this line; whoever waits is woken in a later turn of the loop.
            asyncio.get_running_loop().call_soon(self._news.set)
