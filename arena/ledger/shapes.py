"""Which fields the payload of each kind of entry has, and of which form."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from arena.ledger.canonical import LARGEST_INTEGER
from arena.ledger.entries import EntryType

Test = Callable[[Any], bool]

HASH = re.compile(r"[0-9a-f]{64}").fullmatch
SALT = re.compile(r"[0-9a-f]{32}").fullmatch


def _text(value: Any) -> bool:
    return type(value) is str


def _name(value: Any) -> bool:
    return type(value) is str and 0 < len(value) <= 400


def _whole(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LARGEST_INTEGER


def _place(value: Any) -> bool:
    return _whole(value) and value > 0


def _hash(value: Any) -> bool:
    return type(value) is str and HASH(value) is not None


def _salt(value: Any) -> bool:
    return type(value) is str and SALT(value) is not None


def _each_of(names: Collection[str], test: Test) -> Test:
    wanted = frozenset(names)
    return lambda value: type(value) is dict and value.keys() == wanted and all(map(test, value.values()))


def _sides_of(test: Test) -> Test:
    return _each_of(("a", "b"), test)


def _hashes(value: Any) -> bool:
    return type(value) is dict and all(map(_hash, value.values()))


def _facts(value: Any) -> bool:
    return type(value) is dict and all(_text(said) or _whole(said) for said in value.values())


def _refs(value: Any) -> bool:
    return type(value) is list and all(map(_whole, value)) and value == sorted(set(value))


SHAPES: Mapping[str, Mapping[str, Test]] = {
    EntryType.ROUND_OPENED: {"log": _name, "pepper": _hash, "round": _name},
    EntryType.RULES_FROZEN: {"hash": _hash, "round": _name},
    EntryType.ROSTER_FROZEN: {"hash": _hash, "round": _name},
    EntryType.SEED_COMMITTED: {"beacon": _text, "nonces": _hashes, "round": _name, "secret": _hash},
    EntryType.BEACON_DRAWN: {"beacon": _text, "nonces": _hashes, "round": _name},
    EntryType.BATTLE_OPENED: {
        "battle": _name,
        "category": _name,
        "language": _name,
        "number": _whole,
        "prompt": _hash,
        "round": _name,
        "seats": _sides_of(_name),
        "track": _name,
        "voter": _name,
    },
    EntryType.REPLIES_COMMITTED: {
        "battle": _name,
        "prompt": _hash,
        "replies": _sides_of(_hash),
        "turn": _whole,
    },
    EntryType.BATTLE_VOIDED: {
        "battle": _name,
        "fault": _text,
        "reason": _name,
        "side": _text,
        "turn": _whole,
    },
    EntryType.VOTE_CAST: {
        "battle": _name,
        "nth": _whole,
        "receipt_salt": _salt,
        "round": _name,
        "track": _name,
        "verdict": _name,
        "voter": _name,
    },
    EntryType.VOTE_WITHDRAWN: {"battle": _name, "round": _name, "voter": _name, "vote": _whole},
    EntryType.CANARIES_KEPT: {"kept": _hashes, "level": _place, "looks": _place, "round": _name},
    EntryType.CANARY_ALARMED: {
        "contestant": _name,
        "endpoint": _place,
        "kept": _hash,
        "level": _place,
        "look": _place,
        "p": _place,
        "replies": _hash,
        "round": _name,
        "sizes": _each_of(("kept", "replies"), _place),
    },
    EntryType.EXCLUDED: {"contestant": _text, "reason": _text, "refs": _refs, "round": _name, "rule": _name},
    EntryType.ROUND_CLOSED: {"battles": _whole, "round": _name, "votes": _whole},
    EntryType.SEED_REVEALED: {"round": _name, "secret": _hash},
    EntryType.RESULT_COMMITTED: {"commitment": _hash, "number": _whole, "round": _name},
    EntryType.RESULT_OPENED: {"commitment": _hash, "number": _whole, "round": _name, "salt": _hash},
    EntryType.KEY_ROTATED: {"new": _name, "old": _name, "overlap": _whole},
    EntryType.PEPPER_DESTROYED: {"pepper": _hash, "round": _name},
    EntryType.AUDITED: {
        "account": _text,
        "act": _name,
        "after": _facts,
        "before": _facts,
        "role": _name,
        "round": _name,
    },
}

TO_ALL = frozenset(
    {
        EntryType.ROUND_OPENED,
        EntryType.RULES_FROZEN,
        EntryType.ROSTER_FROZEN,
        EntryType.SEED_COMMITTED,
        EntryType.BEACON_DRAWN,
        EntryType.ROUND_CLOSED,
        EntryType.RESULT_COMMITTED,
        EntryType.RESULT_OPENED,
        EntryType.KEY_ROTATED,
        EntryType.PEPPER_DESTROYED,
    }
)
"""Kinds that are opened to everyone; the others are for auditors, unless the rules open all."""


def fits(kind: str, payload: Mapping[str, Any]) -> bool:
    """Tell whether a payload has the fields of its kind."""
    shape = SHAPES[kind]
    return payload.keys() == shape.keys() and all(test(payload[name]) for name, test in shape.items())
