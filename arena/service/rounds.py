"""Opening a round: its rules, roster and secrets go on the record before its first battle.

A server whose declaration differs from what was frozen refuses to start.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from arena.contest.contest import Contest
from arena.contest.rules import RoundId
from arena.errors import RoundUnknown, RulesChanged
from arena.identity.secrets import Secrets
from arena.ledger import entries
from arena.ledger.canonical import canonical
from arena.ledger.entries import SALT_BYTES, EntryType
from arena.ledger.frozen import contest_document, differences, document_hash, roster_document
from arena.store import record, rounds
from arena.store.rounds import FrozenRound
from arena.store.session import Store

Clock = Callable[[], datetime]
Random = Callable[[int], bytes]
"""Gives so many random bytes."""


@dataclass(frozen=True, slots=True)
class Round:
    """The round that this server serves: what was declared, and the secrets it is run with."""

    contest: Contest
    rules_hash: str
    seed: bytes
    pepper: bytes


def open_round(store: Store, contest: Contest, secrets: Secrets, clock: Clock, random: Random) -> Round:
    """Open the declared round, or take it up where it was opened before.

    Raises:
        RulesChanged: rules, roster or secrets are not those that were frozen.
        StoreUnavailable: the database cannot be used.
    """
    with store.writing() as connection:
        known = rounds.find(connection, contest.rules.round_id)
        if known is not None:
            _check_kept(known, secrets)
        declared = _frozen(contest, secrets)
        if known is None:
            rounds.open_round(connection, declared, clock())
            for kind, payload in _first_entries(contest, declared):
                record.append(connection, kind, clock(), payload, random(SALT_BYTES))
        else:
            _check_same(known, declared)
    return _round(contest, declared, secrets)


def take_up_round(store: Store, contest: Contest, secrets: Secrets) -> Round:
    """Take up the declared round, which has been opened before; nothing is written.

    Raises:
        RoundUnknown: it has not.
        RulesChanged: as `open_round`.
        StoreUnavailable: the database cannot be used.
    """
    with store.reading() as connection:
        known = rounds.find(connection, contest.rules.round_id)
    if known is None:
        raise RoundUnknown(f"round {contest.rules.round_id} has not been opened; `arena serve` opens it")
    _check_kept(known, secrets)
    declared = _frozen(contest, secrets)
    _check_same(known, declared)
    return _round(contest, declared, secrets)


def _round(contest: Contest, frozen: FrozenRound, secrets: Secrets) -> Round:
    seed, pepper = _names(frozen.id)
    return Round(contest, frozen.document_hash, secrets.get(seed), secrets.get(pepper))


def _names(round_id: RoundId) -> tuple[str, str]:
    return f"{round_id}.seed", f"{round_id}.pepper"


def _frozen(contest: Contest, secrets: Secrets) -> FrozenRound:
    document = contest_document(contest)
    seed, pepper = _names(contest.rules.round_id)
    return FrozenRound(
        id=contest.rules.round_id,
        document=canonical(document).decode(),
        document_hash=document_hash(document),
        seed_commitment=entries.secret_commitment("seed", secrets.get(seed)),
        pepper_commitment=entries.secret_commitment("pepper", secrets.get(pepper)),
    )


def _first_entries(contest: Contest, frozen: FrozenRound) -> list[tuple[EntryType, entries.Payload]]:
    roster_hash = document_hash(roster_document(contest.roster))
    return [
        (EntryType.ROUND_OPENED, entries.round_opened(frozen.id, frozen.pepper_commitment)),
        (EntryType.RULES_FROZEN, entries.frozen(frozen.id, frozen.document_hash)),
        (EntryType.ROSTER_FROZEN, entries.frozen(frozen.id, roster_hash)),
        (EntryType.SEED_COMMITTED, entries.seed_committed(frozen.id, frozen.seed_commitment)),
    ]


def _check_kept(known: FrozenRound, secrets: Secrets) -> None:
    """Look before `Secrets.get` would make a new secret where the old one belongs."""
    for name in _names(known.id):
        if not secrets.exists(name):
            kind = name.rpartition(".")[2]
            raise RulesChanged(f"the {kind} of round {known.id} is gone; restore {name} from its backup")


def _check_same(known: FrozenRound, declared: FrozenRound) -> None:
    if known.document_hash != declared.document_hash:
        changed = differences(json.loads(known.document), json.loads(declared.document))
        listed = "\n".join(f"  {line}" for line in changed)
        raise RulesChanged(
            f"round {known.id} was opened with other rules; put these back, or give a new round a new id:\n"
            f"{listed}"
        )
    for name in ("seed", "pepper"):
        if getattr(known, f"{name}_commitment") != getattr(declared, f"{name}_commitment"):
            raise RulesChanged(
                f"the {name} of round {known.id} is not the one it was opened with; restore the secrets"
            )
