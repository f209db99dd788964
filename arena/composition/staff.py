"""The services of staff."""

import secrets
from functools import partial

from arena.composition.opening import ACCOUNTS_KEY, Opened, alone, declared, now, shown
from arena.identity.oidc import Provider
from arena.service.accounts import Accounts
from arena.service.analyst import Analyst
from arena.service.apart import Apart
from arena.service.audit import Audit
from arena.service.backup_job import BackupJob
from arena.service.backups import Backups
from arena.service.concerns import Housekeeping
from arena.service.elsewhere import Elsewhere
from arena.service.evaluation import Evaluation
from arena.service.evaluators import Evaluators
from arena.service.exporting import Exports
from arena.service.leading import Leading
from arena.service.lifecycle import Lifecycle
from arena.service.notary import Notary
from arena.service.notices import Notices
from arena.service.operating import Operating
from arena.service.operators import Operators, Running
from arena.service.rehearsal import Rehearsal
from arena.service.rehearsal_job import RehearsalJob
from arena.service.scoring import Scoring
from arena.settings import Settings


def operating_of(chosen: Settings, house: Opened, running: Running, audit: Audit) -> Operating:
    """Make what operators work with."""
    roster = house.round.contest.roster
    backups = Backups(house.store, house.keys, house.secrets, chosen.data, now)
    url = f"http://{shown(chosen.host)}:{chosen.port}"
    return Operating(
        Operators(roster, running, Housekeeping(house.store, chosen.data, now), now, audit),
        Notices(house.store, roster, now, audit),
        RehearsalJob(partial(Rehearsal, house.store, house.round), url, now, audit),
        BackupJob(backups, chosen.data / "backups", now, audit),
    )


def evaluation_of(chosen: Settings, house: Opened, audit: Audit, notary: Notary) -> Evaluation:
    """Make what evaluators work with."""
    contest, of_round = declared(chosen), house.round.contest.rules.round_id
    evaluators = Evaluators(house.store, house.round, now, notary.checkpoint)
    apart = Apart()
    analyst = Analyst(house.store, house.round, now, evaluators.check_unsealed, apart)
    log_key = partial(house.keys.in_force, make=False)
    held = partial(alone, chosen, "it holds the pepper; stop it first")
    lifecycle = Lifecycle(house.store, contest, house.secrets, now, secrets.token_bytes, log_key, held)
    return Evaluation(
        analyst=analyst,
        scoring=Scoring(house.store, contest, analyst, audit, secrets.token_bytes),
        exports=Exports(evaluators, chosen.data / "exports" / of_round, of_round, audit, apart),
        leading=Leading(lifecycle, audit, notary.checkpoint),
        apart=apart,
    )


def elsewhere_of(chosen: Settings, house: Opened, accounts: Accounts) -> Elsewhere | None:
    """Make the way in through a provider, where one is set."""
    if chosen.oidc is None:
        return None
    provider = Provider(chosen.oidc, house.round.contest.roster.ids)
    return Elsewhere(provider, accounts, house.secrets.get(ACCOUNTS_KEY), now)


def accounts_of(house: Opened, audit: Audit) -> Accounts:
    """Make the accounts that sign in here."""
    return Accounts(house.store, audit, house.secrets.get(ACCOUNTS_KEY), now, secrets.token_bytes)
