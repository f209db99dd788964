"""Checking the record of an arena that is not running: exported, and verified from its files alone."""

import secrets
import shutil
from datetime import UTC, datetime
from pathlib import Path

from arena.contest import declaration
from arena.identity.secrets import Secrets
from arena.ledger.findings import Findings
from arena.reporting.verifying import check_folder
from arena.service.evaluators import Evaluators
from arena.service.log_keys import LogKeys
from arena.service.notary import Notary
from arena.service.rounds import take_up_round
from arena.settings import read
from arena.store.session import Store
from tests.servers import ROOT


def verified(database_url: str, folder: Path) -> Findings:
    """Export the round of the record in `folder` and verify the export."""
    contest = declaration.read((ROOT / "models.yaml").read_text("utf-8"))
    store, kept = Store(database_url), Secrets(folder / "secrets")
    try:
        keys = LogKeys(store, kept, read({}).origin, now, secrets.token_bytes)
        round_ = take_up_round(store, contest, kept)
        evaluators = Evaluators(store, round_, now, Notary(store, keys, now).checkpoint)
        exported = folder / "exported"
        shutil.rmtree(exported, ignore_errors=True)
        evaluators.export(exported, lambda _: None, for_auditors=True)
    finally:
        store.close()
    findings = Findings()
    check_folder(exported, findings)
    return findings


def now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)
