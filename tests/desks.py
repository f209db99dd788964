"""The desk of staff for tests: every service that consoles work with, on one store."""

from pathlib import Path
from types import SimpleNamespace

from arena.service.audit import Audit
from arena.service.log_keys import LogKeys
from arena.service.notary import Notary
from arena.service.public import Public
from arena.service.round_health import RoundHealth
from arena.service.teams import Teams
from arena.web.desk import Desk
from tests.operating import operating_of
from tests.service.evaluating import evaluation_of
from tests.staffing import staffed


def desk_of(arena: SimpleNamespace, folder: Path, *, https: bool = False) -> Desk:
    """A desk on an arena as the fixture `arena` is one: store, round, citizens, secrets, clock, chance."""
    round_id = arena.round.contest.rules.round_id
    accounts, _ = staffed(arena.store, arena.secrets.get("accounts.key"), arena.clock, arena.chance, round_id)
    audit = Audit(arena.store, round_id, arena.clock, arena.chance)
    public = Public(arena.store, arena.round, arena.clock)
    kept = (arena.store, arena.round, arena.secrets, arena.citizens)
    operating = operating_of(*kept, folder, arena.clock, arena.chance, audit)
    notary = Notary(
        arena.store,
        LogKeys(arena.store, arena.secrets, "log.example", arena.clock, arena.chance),
        arena.clock,
    )
    signed = SimpleNamespace(**{**vars(arena), "contest": arena.round.contest, "notary": notary})
    contest = arena.round.contest
    health, teams = RoundHealth(arena.store, contest, arena.clock), Teams(arena.store, contest, arena.clock)
    return Desk(accounts, audit, public, operating, evaluation_of(signed, folder), health, teams, https=https)
