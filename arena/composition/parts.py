"""Services that serving and commands make alike, out of what is opened."""

import os
import secrets
from collections.abc import Sequence
from functools import partial

from arena.backends.vllm import VllmBackend
from arena.composition.opening import Opened, now
from arena.contest.contest import Contest
from arena.service.alarms import Alarms
from arena.service.audit import Audit
from arena.service.canaries import Canaries
from arena.settings import Settings
from arena.store.canaries import CanaryFolder


def audit_of(house: Opened) -> Audit:
    """Make the record of what staff did."""
    return Audit(house.store, house.round.contest.rules.round_id, now, secrets.token_bytes)


def canaries_of(chosen: Settings, contest: Contest, prompts: Sequence[str]) -> Canaries:
    """Make the questions that tell whether contestants still answer as they did."""
    folder = CanaryFolder(chosen.data / "canaries" / contest.rules.round_id)
    connect = partial(VllmBackend, os.environ)
    return Canaries(contest, connect, folder, now, secrets.token_bytes, prompts)


def alarms_of(house: Opened) -> Alarms:
    """Make the alarms of the round on its ledger."""
    return Alarms(house.store, house.round.contest.rules.round_id, now, secrets.token_bytes)
