"""The truth of a rehearsal: strengths that simulated citizens vote by, and how the standings compare."""

from dataclasses import dataclass
from random import Random

from arena.contest.roster import ContestantId, Roster
from arena.contest.rules import Verdict
from arena.reporting.tally import Standings
from ratings import simulate
from ratings.standings import rating

GAP = 0.4
"""Between neighbours, in log-strength: a win rate of 60 %."""

TIE_RATE, BOTH_BAD_RATE, TASTE = 0.2, 0.08, 0.1


@dataclass(frozen=True, slots=True)
class Compared:
    """One contestant: the true rating beside the one that the arena found, with its 95 % interval."""

    contestant: ContestantId
    name: str
    true: float
    found: float
    lower: float
    upper: float

    @property
    def inside(self) -> bool:
        """Tell whether the truth is inside the interval."""
        return self.lower <= self.true <= self.upper


class Truth:
    """Known strengths for a roster: evenly spaced, the first declared the strongest; references between."""

    def __init__(self, roster: Roster) -> None:
        """Give each contestant of `roster` its strength."""
        self._rated = roster.rated
        middle = (len(self._rated) - 1) / 2
        self._strengths: dict[str, float] = {
            **{name: GAP * (middle - place) for place, name in enumerate(self._rated)},
            **dict.fromkeys(roster.references, 0.0),
        }
        self._world = simulate.World(
            strengths=self._strengths, tie_rate=TIE_RATE, both_bad_rate=BOTH_BAD_RATE, taste=TASTE
        )

    def voter(self, random: Random, name: str) -> simulate.Citizen:
        """Draw a citizen with tastes of her own."""
        return simulate.citizen(random, self._world, name)

    def verdict(self, random: Random, voter: simulate.Citizen, a: ContestantId, b: ContestantId) -> Verdict:
        """Draw what a citizen says of `a` on side A and `b` on side B."""
        return Verdict(simulate.judge(random, self._world, voter, a, b).value)

    def beside(self, standings: Standings) -> tuple[Compared, ...]:
        """Put the truth beside the standings, in their order."""
        return tuple(
            Compared(
                contestant=row.contestant,
                name=row.name,
                true=rating(self._strengths[row.contestant]),
                found=row.rating,
                lower=row.lower,
                upper=row.upper,
            )
            for row in standings.rows
        )

    @property
    def order(self) -> tuple[str, ...]:
        """The true order, strongest first."""
        return tuple(sorted(self._rated, key=lambda name: -self._strengths[name]))
