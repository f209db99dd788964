"""Payloads: what each kind of entry commits to and its opening shows."""

from collections.abc import Mapping, Sequence

from arena.contest.battle import Battle, Side, VoidReason
from arena.contest.canary import Alarm, Keeping
from arena.contest.rules import RoundId, Verdict
from arena.errors import Fault
from arena.ledger.entries import Payload

# The round


def round_opened(round_id: RoundId, pepper_commitment: str, log: str) -> Payload:
    """Give the payload of RoundOpened; `log` is the vkey that signs now.

    The commitment shows later that one pepper made all pseudonyms.
    """
    return {"log": log, "pepper": pepper_commitment, "round": round_id}


def frozen(round_id: RoundId, document_hash: str) -> Payload:
    """Give the payload of RulesFrozen and RosterFrozen."""
    return {"hash": document_hash, "round": round_id}


def seed_committed(
    round_id: RoundId, secret_commitment: str, nonce_commitments: Mapping[str, str], beacon: str
) -> Payload:
    """Give the payload of SeedCommitted; `beacon` says which public value will be taken."""
    return {
        "beacon": beacon,
        "nonces": dict(nonce_commitments),
        "round": round_id,
        "secret": secret_commitment,
    }


def beacon_drawn(round_id: RoundId, beacon: str, nonces: Mapping[str, bytes]) -> Payload:
    """Give the payload of BeaconDrawn; `beacon` is the value, and every nonce is shown."""
    shown = {contestant: nonce.hex() for contestant, nonce in nonces.items()}
    return {"beacon": beacon, "nonces": shown, "round": round_id}


def round_closed(round_id: RoundId, battles: int, votes: int) -> Payload:
    """Give the payload of RoundClosed; it counts the battles opened and the votes cast."""
    return {"battles": battles, "round": round_id, "votes": votes}


def seed_revealed(round_id: RoundId, secret: bytes) -> Payload:
    """Give the payload of SeedRevealed."""
    return {"round": round_id, "secret": secret.hex()}


def result_committed(round_id: RoundId, number: int, commitment: str) -> Payload:
    """Give the payload of ResultCommitted; `number` is 1 for the first of a round."""
    return {"commitment": commitment, "number": number, "round": round_id}


def result_opened(round_id: RoundId, number: int, commitment: str, salt: bytes) -> Payload:
    """Give the payload of ResultOpened."""
    return {"commitment": commitment, "number": number, "round": round_id, "salt": salt.hex()}


def pepper_destroyed(round_id: RoundId, pepper_commitment: str) -> Payload:
    """Give the payload of PepperDestroyed."""
    return {"pepper": pepper_commitment, "round": round_id}


def key_rotated(old: str, new: str, overlap: int) -> Payload:
    """Give the payload of KeyRotated: two vkeys, and for how many seconds both sign."""
    return {"new": new, "old": old, "overlap": overlap}


def audited(
    round_id: RoundId,
    by: tuple[str, str],
    act: str,
    before: Mapping[str, str | int],
    after: Mapping[str, str | int],
) -> Payload:
    """Give the payload of Audited; `by` is the account, "" for the command line, and its role.

    The round is the one that was being served, which may be another than the one the entry stands in.
    """
    account, role = by
    return {
        "account": account,
        "act": act,
        "after": dict(after),
        "before": dict(before),
        "role": role,
        "round": round_id,
    }


def canaries_kept(round_id: RoundId, keeping: Keeping) -> Payload:
    """Give the payload of CanariesKept; `level` in trillionths."""
    return {
        "kept": {str(contestant): said for contestant, said in keeping.kept.items()},
        "level": keeping.level,
        "looks": keeping.looks,
        "round": round_id,
    }


def canary_alarmed(round_id: RoundId, alarm: Alarm) -> Payload:
    """Give the payload of CanaryAlarmed; `level` and `p` in trillionths."""
    return {
        "contestant": alarm.contestant,
        "endpoint": alarm.endpoint,
        "kept": alarm.kept,
        "level": alarm.level,
        "look": alarm.look,
        "p": alarm.p,
        "replies": alarm.replies,
        "round": round_id,
        "sizes": {"kept": alarm.kept_size, "replies": alarm.replies_size},
    }


# A battle


def battle_opened(battle: Battle, prompt_hash: str) -> Payload:
    """Give the payload of BattleOpened."""
    return {
        "battle": battle.id,
        "category": battle.category,
        "language": battle.language,
        "number": battle.number,
        "prompt": prompt_hash,
        "round": battle.round_id,
        "seats": {side.value: battle.seats[side] for side in Side},
        "track": battle.track.value,
        "voter": battle.voter,
    }


def replies_committed(battle: Battle, prompt_hash: str, reply_hashes: Mapping[Side, str]) -> Payload:
    """Give the payload of RepliesCommitted, for the last turn of `battle`."""
    return {
        "battle": battle.id,
        "prompt": prompt_hash,
        "replies": {side.value: reply_hashes[side] for side in Side},
        "turn": len(battle.turns),
    }


def battle_voided(battle: Battle, reason: VoidReason, side: Side | None, fault: Fault | None) -> Payload:
    """Give the payload of BattleVoided; `side` and `fault` are "" where no reply failed."""
    return {
        "battle": battle.id,
        "fault": fault.value if fault else "",
        "reason": reason.value,
        "side": side.value if side else "",
        "turn": len(battle.turns),
    }


# A vote


def vote_cast(battle: Battle, verdict: Verdict, nth: int, receipt_salt: bytes) -> Payload:
    """Give the payload of VoteCast; `nth` counts the votes of this voter in the round, from 1."""
    return {
        "battle": battle.id,
        "nth": nth,
        "receipt_salt": receipt_salt.hex(),
        "round": battle.round_id,
        "track": battle.track.value,
        "verdict": verdict.value,
        "voter": battle.voter,
    }


def vote_withdrawn(battle: Battle, vote: int) -> Payload:
    """Give the payload of VoteWithdrawn; `vote` is the sequence number of its VoteCast."""
    return {"battle": battle.id, "round": battle.round_id, "voter": battle.voter, "vote": vote}


def excluded(
    round_id: RoundId, rule: str, votes: Sequence[int] = (), contestant: str = "", reason: str = ""
) -> Payload:
    """Give the payload of Excluded: the sequence numbers of `votes`, or the contestant that is removed."""
    return {
        "contestant": contestant,
        "reason": reason,
        "refs": sorted(votes),
        "round": round_id,
        "rule": rule,
    }
