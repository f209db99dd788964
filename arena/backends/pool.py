"""The endpoints of a contestant share its load.

Law: an endpoint that fails is passed over only before the first delta has been given. After that its
fault is the contestant's fault: two half replies would be neither's.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Protocol

from arena.backends.backend import Message
from arena.backends.breaker import Breaker, State
from arena.contest.roster import Contestant
from arena.contest.rules import Decoding
from arena.errors import BackendError, Fault

log = logging.getLogger(__name__)

OWN_FAULTS = frozenset({Fault.EMPTY, Fault.ENDLESS})
"""Faults of the model rather than of its server: another endpoint would be a second chance."""

MOST_EACH = 256
"""Replies under way at one endpoint; vLLM itself runs about as many at once."""


class Asker(Protocol):
    """Whatever can ask one endpoint for a reply."""

    def ask(
        self, endpoint: str, contestant: Contestant, messages: Sequence[Message], decoding: Decoding
    ) -> AsyncGenerator[str, None]:
        """Stream one whole reply; see `Backend.reply`."""
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """How one endpoint is now: replies of ours under way, and what it says itself (None: it does not).

    `fault` is what it failed with last while its breaker is not closed; `ill` what the last probe found.
    """

    state: State
    drained: bool
    in_flight: int
    running: int | None
    waiting: int | None
    fault: Fault | None
    ill: Fault | None


Heard = Callable[[Contestant, str, BackendError], None]
"""Hears of each request that failed, also where another endpoint answered in its place."""


def _unheard(_contestant: Contestant, _endpoint: str, _error: BackendError) -> None:
    """Hear of nothing."""


@dataclass(slots=True)
class _Endpoint:
    """What is known of one endpoint.

    `others` counts the requests there that are not ours, by its own account: `running` and `waiting`. One
    that has failed `rests_until` then: until then it is asked only after those that have not.
    """

    in_flight: int = 0
    others: int = 0
    running: int | None = None
    waiting: int | None = None
    ill: Fault | None = None
    last_turn: int = 0
    rests_until: float = float("-inf")
    drained: bool = False
    breaker: Breaker = Breaker()  # noqa: RUF009 - frozen, so that all may begin with the same


@dataclass(slots=True)
class _Request:
    """One request under way; its breaker waits for a `trial`, until a piece is `given`."""

    trial: bool
    given: bool = False


class Pool:
    """A `Backend` that spreads the replies of each contestant over its endpoints.

    The least loaded endpoint is asked, among equals the one not asked for longest. Those that are
    drained, whose breaker is open, or that have `most` replies under way are not asked; where all of a
    contestant's are full, `patience` seconds are waited for one.
    """

    def __init__(
        self,
        asker: Asker,
        *,
        most: int = MOST_EACH,
        patience: float = 10.0,
        rest: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
        heard: Heard = _unheard,
    ) -> None:
        self._asker = asker
        self._heard = heard
        self._most = most
        self._patience = patience
        self._rest = rest
        self._clock = clock
        self._endpoints: dict[str, _Endpoint] = {}
        self._turns = 0
        self._freed = asyncio.Event()

    async def reply(
        self, contestant: Contestant, messages: Sequence[Message], decoding: Decoding
    ) -> AsyncGenerator[str, None]:
        """Stream one whole reply; closing the generator aborts the request upstream.

        Raises:
            BackendError: no endpoint gave a whole reply; the fault is that of the last one asked, or the
                one that keeps the endpoints from being asked.
        """
        untried = list(contestant.endpoints)
        failed: BackendError | None = None
        while True:
            endpoint = await self._chosen(untried, failed)
            untried.remove(endpoint)
            try:
                with self._counted(endpoint) as request:
                    async with aclosing(self._asker.ask(endpoint, contestant, messages, decoding)) as deltas:
                        async for delta in deltas:
                            self._note_begun(endpoint, request)
                            yield delta
            except BackendError as error:
                self._heard(contestant, endpoint, error)
                if request.given or not untried or error.fault in OWN_FAULTS:
                    raise
                failed = error
            else:
                return

    def seen(self, endpoint: str) -> Seen:
        """Tell how an endpoint is now; any thread may ask."""
        known = self._endpoints.get(endpoint, _Endpoint())
        breaker = known.breaker
        return Seen(
            state=breaker.state,
            drained=known.drained,
            in_flight=known.in_flight,
            running=known.running,
            waiting=known.waiting,
            fault=None if breaker.state is State.CLOSED else breaker.fault,
            ill=known.ill,
        )

    def note_probe(
        self, endpoint: str, fault: Fault | None, running: int | None, waiting: int | None = None
    ) -> None:
        """Take in what a probe found: a fault or none, and how many requests the endpoint says it has.

        `running` counts those that wait there too, `waiting` only these.
        """
        known = self._known(endpoint)
        known.ill, known.waiting = fault, waiting
        known.running = None if running is None else running - (waiting or 0)
        if running is not None:
            known.others = max(running - known.in_flight, 0)
        self._put(endpoint, known.breaker.at(self._clock()).probed(fault, self._clock()))

    def drain(self, endpoints: frozenset[str]) -> None:
        """Ask these no more, and all others again; replies under way are finished."""
        for endpoint in endpoints | self._endpoints.keys():
            self._known(endpoint).drained = endpoint in endpoints
        self._tell()

    async def _chosen(self, untried: Sequence[str], failed: BackendError | None) -> str:
        """Choose the endpoint to ask, waiting where all that may be asked are full.

        Raises:
            BackendError: none can be asked; `failed`, where one has been.
        """
        end = self._clock() + self._patience
        while True:
            able = [endpoint for endpoint in untried if self._admits(endpoint)]
            free = [endpoint for endpoint in able if self._known(endpoint).in_flight < self._most]
            if free:
                return min(free, key=self._order)
            if not able:
                raise failed or self._closed(untried)
            try:
                async with asyncio.timeout(end - self._clock()):
                    await self._freed.wait()
            except TimeoutError:
                raise failed or BackendError(Fault.BUSY, f"{self._most} replies are under way") from None

    def _admits(self, endpoint: str) -> bool:
        known = self._known(endpoint)
        known.breaker = known.breaker.at(self._clock())
        return known.breaker.admits and not known.drained

    def _closed(self, endpoints: Sequence[str]) -> BackendError:
        """Say why none of them may be asked."""
        known = [self._known(endpoint) for endpoint in endpoints]
        faults = [one.breaker.fault for one in known if not one.drained]
        fault = faults[0] if faults else Fault.UNREACHABLE
        return BackendError(fault, "no endpoint takes requests: " + ("resting" if faults else "drained"))

    def _order(self, endpoint: str) -> tuple[bool, int, int]:
        known = self._known(endpoint)
        return known.rests_until > self._clock(), known.in_flight + known.others, known.last_turn

    @contextmanager
    def _counted(self, endpoint: str) -> Iterator[_Request]:
        """Count a reply under way, and tell the breaker how it ended."""
        known = self._known(endpoint)
        asked = known.breaker.asked()
        request = _Request(trial=asked is not known.breaker)
        self._put(endpoint, asked)
        self._turns += 1
        known.last_turn = self._turns
        known.in_flight += 1
        try:
            yield request
        except BackendError as error:
            self._note_failed(endpoint, error.fault, request)
            raise
        except BaseException:
            self._put(endpoint, known.breaker.left(trial=request.trial))
            raise
        else:
            self._put(endpoint, known.breaker.whole())
        finally:
            known.in_flight -= 1
            self._tell()

    def _note_begun(self, endpoint: str, request: _Request) -> None:
        if not request.given:
            request.given = True
            self._put(endpoint, self._known(endpoint).breaker.begun(trial=request.trial))
            request.trial = False

    def _note_failed(self, endpoint: str, fault: Fault, request: _Request) -> None:
        known = self._known(endpoint)
        if fault not in OWN_FAULTS:
            known.rests_until = self._clock() + self._rest
        self._put(endpoint, known.breaker.failed(fault, self._clock(), trial=request.trial))

    def _put(self, endpoint: str, breaker: Breaker) -> None:
        known = self._known(endpoint)
        if (breaker.state is State.CLOSED) is not (known.breaker.state is State.CLOSED):
            log.warning("endpoint %s is %s (%s)", endpoint, breaker.state.value, breaker.fault.value)
        known.breaker = breaker

    def _known(self, endpoint: str) -> _Endpoint:
        return self._endpoints.setdefault(endpoint, _Endpoint())

    def _tell(self) -> None:
        """Let those who wait for an endpoint look again."""
        self._freed.set()
        self._freed = asyncio.Event()
