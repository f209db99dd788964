"""The steps of a round's life, each written within one transaction, with its ledger entries.

Whether the round is at a phase that allows a step, and whether the operator means it, has been checked by
whoever calls.
"""

from collections.abc import Mapping, Sequence

from arena.contest.battle import Stage, VoidReason
from arena.contest.contest import Contest
from arena.contest.exclusion import Rule, derived
from arena.contest.lifecycle import Phase
from arena.contest.roster import ContestantId
from arena.identity.secrets import SECRET_BYTES
from arena.ledger import payloads
from arena.ledger.canonical import canonical
from arena.ledger.entries import EntryType, secret_commitment
from arena.ledger.frozen import document_hash, roster_document
from arena.reporting.result import SALT_BYTES, result_commitment, result_document
from arena.reporting.votes_table import table_of
from arena.service.pen import Pen
from arena.store import battles, exclusions, pictures, results, rounds, votes
from arena.store.results import Result
from arena.store.rounds import KeptRound
from arena.store.session import Transaction
from arena.store.votes import Which


def new(pen: Pen, kept: KeptRound) -> None:
    """Keep a declared round; nothing is on the ledger yet."""
    rounds.put(pen.connection, kept, pen.now)


def freeze(pen: Pen, contest: Contest, kept: KeptRound, log: str) -> None:
    """Put pepper, rules, roster and what the seed will be made of on record; `log` is the vkey that signs.

    Battles of an earlier round that still wait are void: from here on the ledger is this round's.
    """
    pen.void_all(battles.at(pen.connection, Stage.ANSWERING, Stage.OPEN), VoidReason.ROUND_CLOSED)
    roster_hash = document_hash(roster_document(contest.roster))
    commitments = {name: secret_commitment("nonce", nonce) for name, nonce in kept.nonces.items()}
    opened = pen.append(EntryType.ROUND_OPENED, payloads.round_opened(kept.id, kept.pepper_commitment, log))
    pen.append(EntryType.RULES_FROZEN, payloads.frozen(kept.id, kept.document_hash))
    pen.append(EntryType.ROSTER_FROZEN, payloads.frozen(kept.id, roster_hash))
    pen.append(
        EntryType.SEED_COMMITTED,
        payloads.seed_committed(kept.id, kept.seed_commitment, commitments, contest.rules.beacon),
    )
    rounds.save_first(pen.connection, kept.id, opened.sequence)
    rounds.save_phase(pen.connection, kept.id, Phase.FROZEN)


def open_(pen: Pen, kept: KeptRound, beacon: str) -> None:
    """Put the public value and the nonces on record; from here on battles are taken."""
    pen.append(EntryType.BEACON_DRAWN, payloads.beacon_drawn(kept.id, beacon, kept.nonces))
    rounds.save_beacon(pen.connection, kept.id, beacon, pen.now)
    rounds.save_phase(pen.connection, kept.id, Phase.OPEN)


def close(pen: Pen, kept: KeptRound, secret: bytes) -> None:
    """Void the battles that still wait, count, and reveal the secret of the seed.

    Pictures that nothing was asked about are deleted; nothing can be any more.
    """
    pen.void_all(battles.at(pen.connection, Stage.ANSWERING, Stage.OPEN), VoidReason.ROUND_CLOSED)
    pictures.remove_loose(pen.connection)
    counts = votes.counts(pen.connection, kept.id)
    pen.append(EntryType.ROUND_CLOSED, payloads.round_closed(kept.id, counts.battles, counts.votes))
    pen.append(EntryType.SEED_REVEALED, payloads.seed_revealed(kept.id, secret))
    rounds.save_phase(pen.connection, kept.id, Phase.CLOSED)


def named_by_rules(connection: Transaction, contest: Contest) -> dict[Rule, list[int]]:
    """Give the votes that the frozen rules take out and that no entry has excluded yet."""
    rules = contest.rules
    cast = exclusions.cast(connection, rules.round_id, contest.scoring)
    done = exclusions.excluded(connection, rules.round_id)
    left = {
        rule: [sequence for sequence in sequences if sequence not in done]
        for rule, sequences in derived(rules.exclusions, cast).items()
    }
    return {rule: sequences for rule, sequences in left.items() if sequences}


def exclude_by_rules(pen: Pen, contest: Contest) -> None:
    """Exclude the votes that the frozen rules name."""
    for rule, sequences in named_by_rules(pen.connection, contest).items():
        _exclude(pen, contest, rule, sequences)


def exclude(pen: Pen, contest: Contest, sequences: Sequence[int], reason: str) -> None:
    """Exclude votes by decision, after those that the rules name: a vote stands under its first rule."""
    exclude_by_rules(pen, contest)
    _exclude(pen, contest, Rule.DECISION, sequences, reason)
    rounds.save_phase(pen.connection, contest.rules.round_id, Phase.CLOSED)


def remove(pen: Pen, contest: Contest, contestant: ContestantId, reason: str) -> None:
    """Remove a contestant by decision; what was committed before stays."""
    round_id = contest.rules.round_id
    rule = Rule.CONTESTANT_REMOVED.value
    payload = payloads.excluded(round_id, rule, contestant=contestant, reason=reason)
    entry = pen.append(EntryType.EXCLUDED, payload)
    exclusions.insert_removal(pen.connection, round_id, contestant, reason, entry.sequence)
    rounds.save_phase(pen.connection, round_id, Phase.CLOSED)


def commit_result(pen: Pen, contest: Contest) -> Result:
    """Exclude what the rules say, compute the result and commit to it."""
    round_id = contest.rules.round_id
    exclude_by_rules(pen, contest)
    number = len(results.all_of(pen.connection, round_id)) + 1
    document = _document(pen, contest, number)
    salt = pen.random(SALT_BYTES)
    commitment = result_commitment(salt, document)
    payload = payloads.result_committed(round_id, number, commitment)
    entry = pen.append(EntryType.RESULT_COMMITTED, payload)
    result = Result(number, commitment, salt, document, entry.sequence)
    results.insert_result(pen.connection, round_id, result)
    rounds.save_phase(pen.connection, round_id, Phase.COMMITTED)
    return result


def publish(pen: Pen, kept: KeptRound) -> Result:
    """Open the commitment to the last result."""
    result = results.all_of(pen.connection, kept.id)[-1]
    opened = payloads.result_opened(kept.id, result.number, result.commitment, result.salt)
    pen.append(EntryType.RESULT_OPENED, opened)
    rounds.save_phase(pen.connection, kept.id, Phase.PUBLISHED)
    return result


def forget(pen: Pen, kept: KeptRound) -> None:
    """Put on record that the pepper is destroyed; its file goes once this is written."""
    pen.append(EntryType.PEPPER_DESTROYED, payloads.pepper_destroyed(kept.id, kept.pepper_commitment))
    rounds.save_phase(pen.connection, kept.id, Phase.FORGOTTEN)


def nonces_problem(contest: Contest, nonces: Mapping[str, bytes]) -> str | None:
    """Say what is wrong with the nonces of contestants, or None."""
    for contestant, nonce in nonces.items():
        if contestant not in contest.roster.ids:
            return f"{contestant} is not on the roster"
        if len(nonce) != SECRET_BYTES:
            return f"the nonce of {contestant} has {len(nonce)} bytes, not {SECRET_BYTES}"
    return None


def _exclude(pen: Pen, contest: Contest, rule: Rule, sequences: Sequence[int], reason: str = "") -> None:
    payload = payloads.excluded(contest.rules.round_id, rule.value, sequences, reason=reason)
    entry = pen.append(EntryType.EXCLUDED, payload)
    exclusions.insert_exclusions(pen.connection, sequences, rule, entry.sequence)


def _document(pen: Pen, contest: Contest, number: int) -> bytes:
    """Give the bytes of `result.json` of the votes as they stand."""
    connection, round_id, scope = pen.connection, contest.rules.round_id, contest.scoring
    left_out = votes.excluded_ballots(connection, round_id, scope)
    table = table_of(
        votes.ballots(connection, round_id, scope), ((ballot, rule.value) for ballot, rule in left_out)
    )
    document = result_document(
        contest,
        number,
        votes.cells(connection, round_id, scope, Which.CAST),
        votes.cells(connection, round_id, scope),
        exclusions.removed(connection, round_id),
        table.fingerprints(),
    )
    return canonical(document)
