"""The round that is served: taken up only with the rules, roster and secrets that were frozen.

A rehearsal is opened when it is first served, unless its rules name a beacon; that one and a contest's round
are opened by commands. A server whose declaration differs from what was frozen refuses to start.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from arena.contest.battle import Seats
from arena.contest.contest import Contest
from arena.contest.lifecycle import SERVED, Phase, advice
from arena.contest.pairing import seats
from arena.contest.rules import RoundId, Track
from arena.errors import NotAtThisPhase, RoundUnknown, RulesChanged
from arena.identity.secrets import Secrets
from arena.ledger.canonical import Canonical, canonical
from arena.ledger.entries import secret_commitment
from arena.ledger.frozen import contest_document, differences, document_hash
from arena.ledger.seed import seed
from arena.service import steps
from arena.service.pen import Clock, Pen, Random
from arena.store import rounds
from arena.store.rounds import KeptRound
from arena.store.session import Store, Transaction


@dataclass(frozen=True, slots=True)
class Round:
    """A round that was opened: what was declared, and the secrets it is run with."""

    contest: Contest
    rules_hash: str
    seed: bytes
    pepper: bytes

    def seats(self, track: Track, number: int) -> Seats:
        """Draw the seats of battle `number` (from 1) of a track."""
        entered, references = self.contest.entered(track), self.contest.references(track)
        return seats(self.seed, track, number, entered, self.contest.rules.controls, references)


def open_round(
    store: Store, contest: Contest, secrets: Secrets, clock: Clock, random: Random, log: str
) -> Round:
    """Take the declared round up for serving; a rehearsal that is not there yet is opened first.

    `log` is the vkey that signs the log now.

    Raises:
        RoundUnknown: there is no such round, and it is not one that serving opens.
        NotAtThisPhase: it was not opened yet, or can no longer be served.
        RulesChanged: rules, roster or secrets are not those that were frozen.
        StoreUnavailable: the database cannot be used.
    """
    with store.writing() as connection:
        if _opens_by_itself(contest) and rounds.find(connection, contest.rules.round_id) is None:
            pen = Pen(connection, clock(), random)
            check_none_runs(connection, contest.rules.round_id)
            kept = declared(contest, secrets, {})
            steps.new(pen, kept)
            steps.freeze(pen, contest, kept, log)
            steps.open_(pen, kept, "")
        known = checked(connection, contest, secrets)
    if known.phase not in SERVED:
        raise NotAtThisPhase(f"round {known.id} is {known.phase.value}; {advice(known.phase)}")
    return _round(contest, known, secrets)


def take_up_round(store: Store, contest: Contest, secrets: Secrets) -> Round:
    """Take up the declared round, which has been opened before; nothing is written.

    Raises:
        RoundUnknown: it has not.
        NotAtThisPhase: it was made, and not opened yet.
        RulesChanged: as `open_round`.
        StoreUnavailable: the database cannot be used.
    """
    with store.reading() as connection:
        known = checked(connection, contest, secrets)
    if known.phase not in SERVED | {Phase.FORGOTTEN}:
        raise NotAtThisPhase(f"round {known.id} is {known.phase.value}; {advice(known.phase)}")
    return _round(contest, known, secrets)


def checked(connection: Transaction, contest: Contest, secrets: Secrets) -> KeptRound:
    """Read the declared round, and check that rules, roster and secrets are those that it has.

    Raises:
        RoundUnknown: there is no such round.
        NotAtThisPhase: a version of the arena with another record opened it.
        RulesChanged: something is another; the message names the fields.
    """
    known = rounds.find(connection, contest.rules.round_id)
    if known is None:
        opener = "arena serve" if _opens_by_itself(contest) else "arena round new"
        raise RoundUnknown(f"round {contest.rules.round_id} has not been opened; `{opener}` opens it")
    if known.first is None and known.phase is not Phase.NEW:
        raise NotAtThisPhase(f"an earlier version opened round {known.id}; give a new round a new id")
    _check_same(known, contest_document(contest))
    _check_secrets(known, secrets)
    return known


def check_none_runs(connection: Transaction, round_id: RoundId) -> None:
    """Check that no contest's round is under way that another one would cut off.

    Raises:
        NotAtThisPhase: one is.
    """
    newest = rounds.newest(connection)
    if newest is None or newest.id == round_id or json.loads(newest.document)["rules"]["rehearsal"]:
        return
    if newest.phase not in {Phase.PUBLISHED, Phase.FORGOTTEN}:
        raise NotAtThisPhase(f"round {newest.id} is {newest.phase.value}; {advice(newest.phase)}")


def declared(contest: Contest, secrets: Secrets, nonces: Mapping[str, bytes]) -> KeptRound:
    """Give the round as it is declared; secrets that are not there yet are made."""
    document = contest_document(contest)
    round_id = contest.rules.round_id
    made = {kind: secret_commitment(kind, secrets.get(f"{round_id}.{kind}")) for kind in ("seed", "pepper")}
    return KeptRound(
        id=round_id,
        document=canonical(document).decode(),
        document_hash=document_hash(document),
        seed_commitment=made["seed"],
        pepper_commitment=made["pepper"],
        nonces=nonces,
    )


def _opens_by_itself(contest: Contest) -> bool:
    """Tell whether a round needs no operator: a rehearsal, without a beacon whose value she must give."""
    return contest.rules.rehearsal and not contest.rules.beacon


def _round(contest: Contest, known: KeptRound, secrets: Secrets) -> Round:
    drawn = seed(secrets.get(f"{known.id}.seed"), known.nonces, known.beacon)
    pepper = b"" if known.phase is Phase.FORGOTTEN else secrets.get(f"{known.id}.pepper")
    return Round(contest, known.document_hash, drawn, pepper)


def _check_same(known: KeptRound, document: Mapping[str, Canonical]) -> None:
    if known.document_hash == document_hash(document):
        return
    listed = "\n".join(f"  {line}" for line in differences(json.loads(known.document), document))
    if known.phase is Phase.NEW:
        problem = "was made with other rules; `arena round new` takes these"
    else:
        problem = "was opened with other rules; put these back, or give a new round a new id"
    raise RulesChanged(f"round {known.id} {problem}:\n{listed}")


def _check_secrets(known: KeptRound, secrets: Secrets) -> None:
    """Look before `Secrets.get` would make a new secret where the old one belongs."""
    committed = {"seed": known.seed_commitment}
    if known.phase is not Phase.FORGOTTEN:
        committed["pepper"] = known.pepper_commitment
    for kind, commitment in committed.items():
        name = f"{known.id}.{kind}"
        if not secrets.exists(name):
            raise RulesChanged(f"the {kind} of round {known.id} is gone; restore {name} from its backup")
        if secret_commitment(kind, secrets.get(name)) != commitment:
            raise RulesChanged(
                f"the {kind} of round {known.id} is not the one it was opened with; restore the secrets"
            )
