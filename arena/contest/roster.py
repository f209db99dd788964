"""The roster: the contestants of a round and where their servers stand."""

from dataclasses import dataclass
from typing import NewType

ContestantId = NewType("ContestantId", str)


@dataclass(frozen=True, slots=True)
class Contestant:
    """A team's model entered in a round.

    `endpoints` are base addresses of OpenAI-compatible servers without `/v1`; `key_env` names the
    environment variable that holds their key ("" for none); `aliases` are names to mask in replies;
    `weights` is the SHA-256 (hex) of the weights, "" where the team does not say. A `reference` is entered
    for comparison: it is met in controls alone and never scores.
    """

    id: ContestantId
    team: str
    name: str
    aliases: tuple[str, ...]
    endpoints: tuple[str, ...]
    served_model: str
    key_env: str
    images: bool
    weights: str
    reference: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """The contestants of a round, in the order of their declaration."""

    contestants: tuple[Contestant, ...]

    @property
    def ids(self) -> tuple[ContestantId, ...]:
        """The ids, in the order of declaration."""
        return tuple(contestant.id for contestant in self.contestants)

    @property
    def rated(self) -> tuple[ContestantId, ...]:
        """The ids of those that can score."""
        return tuple(contestant.id for contestant in self.contestants if not contestant.reference)

    @property
    def references(self) -> tuple[ContestantId, ...]:
        """The ids of those that never score."""
        return tuple(contestant.id for contestant in self.contestants if contestant.reference)

    def __getitem__(self, contestant_id: ContestantId) -> Contestant:
        """Find a contestant by id.

        Raises:
            KeyError: the roster has no such contestant.
        """
        for contestant in self.contestants:
            if contestant.id == contestant_id:
                return contestant
        raise KeyError(contestant_id)

    @property
    def models(self) -> tuple[str, ...]:
        """Every name that a reply must not show anywhere: models' names, served models, aliases."""
        found = (
            name
            for contestant in self.contestants
            for name in (contestant.name, contestant.served_model, *contestant.aliases)
        )
        return tuple(dict.fromkeys(found))

    @property
    def makers(self) -> tuple[str, ...]:
        """The teams' names, which a reply must not show where it introduces itself."""
        teams = dict.fromkeys(contestant.team for contestant in self.contestants)
        return tuple(team for team in teams if team not in self.models)

    @property
    def names(self) -> tuple[str, ...]:
        """All names of all contestants."""
        return self.models + self.makers
