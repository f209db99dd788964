"""What an operator can do: ask every endpoint before citizens come, watch while they do, take one out."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from arena.backends.breaker import ADMITTING, State
from arena.backends.pool import Pool, Seen
from arena.backends.probe import Probe, probe
from arena.backends.vllm import VllmBackend
from arena.contest.roster import Contestant, ContestantId, Roster
from arena.errors import BadRequest, Fault
from arena.identity.staff import Staff
from arena.service.answering import Answering
from arena.service.audit import Audit
from arena.service.concerns import Concern, House, Housekeeping, Told, ordered
from arena.service.draining import Draining
from arena.service.fault_stream import FaultStream
from arena.service.notary import Notary
from arena.service.pen import Clock
from arena.service.permissions import Act, permit


@dataclass(frozen=True, slots=True)
class Checked:
    """One contestant and what its endpoints answered."""

    contestant: Contestant
    probes: tuple[Probe, ...]

    @property
    def serves(self) -> bool:
        """Tell whether every check of every endpoint passed."""
        return all(made.problem is None for made in self.probes)


async def check(roster: Roster, keys: Mapping[str, str]) -> tuple[Checked, ...]:
    """Ask all endpoints of all contestants at once."""
    async with VllmBackend(keys) as backend:
        probes = await asyncio.gather(*(probe(backend, contestant) for contestant in roster.contestants))
    return tuple(
        Checked(contestant, tuple(made)) for contestant, made in zip(roster.contestants, probes, strict=True)
    )


class Condition(StrEnum):
    """How an endpoint stands, in one word."""

    SERVING = "serving"
    RESTING = "resting"
    TRYING = "trying"
    LEAVING = "leaving"
    TAKEN_OUT = "taken_out"
    COMING = "coming"


@dataclass(frozen=True, slots=True)
class EndpointView:
    """One endpoint now: as it is declared, who is served there, how the pool sees it, and its faults so far.

    `taken_out` is what the operator has asked for; the pool follows within seconds.
    """

    endpoint: str
    contestant: ContestantId
    team: str
    name: str
    seen: Seen
    taken_out: bool
    faults: int

    @property
    def condition(self) -> Condition:
        """Say in one word how it stands: what the operator asked for first."""
        if self.taken_out:
            return Condition.TAKEN_OUT if self.seen.drained else Condition.LEAVING
        if self.seen.drained:
            return Condition.COMING
        return CONDITIONS[self.seen.state]

    @property
    def serves(self) -> bool:
        """Tell whether new requests go there."""
        return not self.taken_out and not self.seen.drained and self.seen.state in ADMITTING


CONDITIONS: Mapping[State, Condition] = {
    State.CLOSED: Condition.SERVING,
    State.OPEN: Condition.RESTING,
    State.HALF_OPEN: Condition.TRYING,
    State.TRYING: Condition.TRYING,
}


@dataclass(frozen=True, slots=True)
class FaultView:
    """One request that failed, at an endpoint as it is declared."""

    at: datetime
    contestant: ContestantId
    endpoint: str
    fault: Fault
    detail: str


@dataclass(frozen=True, slots=True)
class OperatorView:
    """The arena now: what is wrong first, then load, endpoints, house and the last faults."""

    at: datetime
    concerns: tuple[Told, ...]
    under_way: int
    most: int
    waiting: int
    endpoints: tuple[EndpointView, ...]
    house: House
    faults: tuple[FaultView, ...]


@dataclass(frozen=True, slots=True)
class Running:
    """What of a serving arena an operator looks at; `served` gives the address behind a declared one."""

    pool: Pool
    answering: Answering
    notary: Notary
    faults: FaultStream
    draining: Draining
    served: Callable[[str], str] = str


class Operators:
    """The operators of one serving arena."""

    def __init__(
        self, roster: Roster, running: Running, keeping: Housekeeping, clock: Clock, audit: Audit
    ) -> None:
        """Watch the endpoints of `roster`, as they are declared."""
        self._roster = roster
        self._running = running
        self._keeping = keeping
        self._clock = clock
        self._audit = audit

    @property
    def declared(self) -> tuple[str, ...]:
        """Give every endpoint, in the order of the declaration."""
        return self._running.draining.endpoints

    def view(self, by: Staff) -> OperatorView:
        """Look at everything now.

        Raises:
            NotPermitted: no operator asks.
        """
        permit(by, Act.READ_ENDPOINTS)
        running, endpoints, house = self._running, self._endpoints(), self._keeping.look()
        answering = running.answering
        return OperatorView(
            at=self._clock(),
            concerns=ordered([*house.concerns, *self._concerns(endpoints)]),
            under_way=answering.under_way,
            most=answering.under_way + answering.free,
            waiting=answering.waiting,
            endpoints=endpoints,
            house=house,
            faults=self._faults(),
        )

    def drain(self, by: Staff, endpoint: str) -> None:
        """Take an endpoint out: no new requests, those under way are finished. Within seconds it is so.

        Raises:
            NotPermitted: no operator asks.
            BadRequest: no contestant has this endpoint.
            BadSetting: the data folder cannot be written.
        """
        self._set(by, endpoint, "drained", self._running.draining.drain)

    def start(self, by: Staff, endpoint: str) -> None:
        """Put an endpoint back.

        Raises:
            NotPermitted, BadRequest, BadSetting: as `drain`.
        """
        self._set(by, endpoint, "in_use", self._running.draining.undo)

    # Inside

    def _set(self, by: Staff, endpoint: str, state: str, put: Callable[[str], None]) -> None:
        permit(by, Act.DRAIN_ENDPOINT)
        draining = self._running.draining
        if endpoint not in draining.endpoints:
            raise BadRequest("endpoint_unknown")
        before = "drained" if endpoint in draining.drained() else "in_use"
        if before != state:
            number = draining.endpoints.index(endpoint) + 1  # no address ever stands on the record
            self._audit.put(
                by,
                Act.DRAIN_ENDPOINT,
                {"endpoint": number, "state": before},
                {"endpoint": number, "state": state},
            )
        put(endpoint)

    def _endpoints(self) -> tuple[EndpointView, ...]:
        running = self._running
        taken_out, counts = running.draining.drained(), running.faults.counts()
        seen = {at: running.pool.seen(running.served(at)) for at in running.draining.endpoints}
        return tuple(
            EndpointView(
                endpoint=at,
                contestant=one.id,
                team=one.team,
                name=one.name,
                seen=seen[at],
                taken_out=at in taken_out,
                faults=sum(counts.get((one.id, running.served(at), fault), 0) for fault in Fault),
            )
            for one in self._roster.contestants
            for at in one.endpoints
        )

    def _concerns(self, endpoints: Sequence[EndpointView]) -> list[Told]:
        told = [] if self._running.notary.sound else [Told(Concern.RECORD_BROKEN)]
        for one in self._roster.contestants:
            hers = [view for view in endpoints if view.contestant == one.id]
            if not any(view.serves for view in hers):
                told.append(Told(Concern.CONTESTANT_OUT, f"{one.team} {one.name}", len(hers)))
                continue
            told += [
                Told(Concern.ENDPOINT_OUT, view.endpoint)
                for view in hers
                if not view.serves and not view.taken_out
            ]
        answering = self._running.answering
        if answering.waiting > answering.under_way + answering.free:
            told.append(Told(Concern.LINE_LONG, "", answering.waiting))
        return told

    def _faults(self) -> tuple[FaultView, ...]:
        declared = {self._running.served(at): at for at in self._running.draining.endpoints}
        return tuple(
            FaultView(one.at, one.contestant, declared.get(one.endpoint, one.endpoint), one.fault, one.detail)
            for one in self._running.faults.last()
        )
