"""What a contestant's endpoints did in a time, in numbers that add up."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from arena.errors import Fault

FIRSTS = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)
"""Seconds to the first piece: upper edges of what is counted together; one more place for what is beyond."""


@dataclass(frozen=True, slots=True)
class Service:
    """Requests that have ended: the whole ones, those that we gave up, those that failed by `faults`.

    `pieces` came in `seconds`, from the first to the end of each; one of vLLM's is about one token. `firsts`
    counts requests by the time to their first piece, by the edges of `FIRSTS`.
    """

    requests: int
    whole: int
    given_up: int
    pieces: int
    seconds: float
    firsts: tuple[int, ...]
    faults: Mapping[Fault, int]

    @property
    def failed(self) -> int:
        """How many requests failed."""
        return sum(self.faults.values())

    @property
    def pieces_a_second(self) -> float | None:
        """How many pieces came each second of a reply; None where nothing came."""
        return self.pieces / self.seconds if self.seconds else None

    def first_within(self, share: float) -> float | None:
        """Give the edge within which so large a share began: infinite beyond the last, None of none."""
        left = share * sum(self.firsts)
        if not left:
            return None
        for edge, number in zip(FIRSTS, self.firsts, strict=False):
            left -= number
            if left <= 0:
                return edge
        return inf
