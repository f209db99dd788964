"""What an operator can do before citizens come: ask every endpoint whether it serves."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from arena.backends.probe import Probe, probe
from arena.backends.vllm import VllmBackend
from arena.contest.roster import Contestant, Roster


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
