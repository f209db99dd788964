"""A contest: the rules of a round and the contestants entered in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from arena.contest.roster import ContestantId, Roster
from arena.contest.rules import WITH_PICTURES, Rules, Track


@dataclass(frozen=True, slots=True)
class Scope:
    """Which battles are meant: those of `tracks` but for controls.

    `references` are the contestants whose battles are all controls.
    """

    tracks: tuple[Track, ...]
    references: tuple[ContestantId, ...]

    def holds(self, track: str, a: str, b: str) -> bool:
        """Tell whether a battle of a track between these two is meant."""
        return track in self.tracks and not self.is_control(a, b)

    def is_control(self, a: str, b: str) -> bool:
        """Tell whether a battle of these two scores nowhere: of one with itself, or with a reference."""
        return a == b or a in self.references or b in self.references


@dataclass(frozen=True, slots=True)
class Contest:
    """What a round is held by: its rules and its roster."""

    rules: Rules
    roster: Roster

    def entered(self, track: Track) -> tuple[ContestantId, ...]:
        """List the contestants that a track's pairs are drawn from, in the order of declaration."""
        return self._able(track, self.roster.rated)

    def references(self, track: Track) -> tuple[ContestantId, ...]:
        """List the references that are met in a track's controls, in the order of declaration."""
        return self._able(track, self.roster.references)

    def _able(self, track: Track, ids: Sequence[ContestantId]) -> tuple[ContestantId, ...]:
        """Leave out those that cannot answer what is asked in a track."""
        return tuple(one for one in ids if track not in WITH_PICTURES or self.roster[one].images)

    @property
    def scoring(self) -> Scope:
        """The battles whose votes make the points."""
        return self.scope(self.rules.scoring)

    def scope(self, tracks: Sequence[Track]) -> Scope:
        """Mean the battles of these tracks that are no controls."""
        return Scope(tuple(tracks), self.roster.references)

    @property
    def takes_pictures(self) -> bool:
        """Tell whether a citizen may ask about pictures in this round."""
        return Track.OPEN_PICTURES in self.rules.tracks
