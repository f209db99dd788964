"""A contest: the rules of a round and the contestants entered in it."""

from dataclasses import dataclass

from arena.contest.roster import ContestantId, Roster
from arena.contest.rules import WITH_PICTURES, Rules, Track


@dataclass(frozen=True, slots=True)
class Contest:
    """What a round is held by: its rules and its roster."""

    rules: Rules
    roster: Roster

    def entered(self, track: Track) -> tuple[ContestantId, ...]:
        """List the contestants that a track's pairs are drawn from, in the order of declaration."""
        if track not in WITH_PICTURES:
            return self.roster.ids
        return tuple(one.id for one in self.roster.contestants if one.images)

    @property
    def takes_pictures(self) -> bool:
        """Tell whether a citizen may ask about pictures in this round."""
        return Track.OPEN_PICTURES in self.rules.tracks
