"""An arena whose log has a key and a notary, as a served one has."""

from types import SimpleNamespace

from arena.identity.secrets import Secrets
from arena.service.citizens import Citizens
from arena.service.evaluators import Evaluators
from arena.service.log_keys import LogKeys
from arena.service.notary import Notary
from arena.service.rounds import open_round
from tests.fakes import Chance, Clock


def signed_arena(store, contest, place) -> SimpleNamespace:
    """One arena on a fresh store: as the fixture `arena`, with `keys` and `notary`."""
    clock, chance, secrets = Clock(), Chance(), Secrets(place / "secrets")
    keys = LogKeys(store, secrets, "log.example", clock, chance)
    round_ = open_round(store, contest, secrets, clock, chance, keys.in_force(make=True))
    return SimpleNamespace(
        citizens=Citizens(store, round_, secrets.get("citizen.key"), clock, chance),
        clock=clock,
        chance=chance,
        store=store,
        round=round_,
        contest=contest,
        secrets=secrets,
        keys=keys,
        notary=Notary(store, keys, clock),
    )


def evaluators_of(arena) -> Evaluators:
    """The evaluators of the arena's round, whose exports the notary seals first."""
    return Evaluators(arena.store, arena.round, arena.clock, arena.notary.checkpoint)
