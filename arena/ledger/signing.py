"""Who signed the checkpoints of an exported ledger: the log's keys, one after another, and the witnesses."""

from collections.abc import Sequence
from dataclasses import dataclass

from arena.contest.rules import Witnesses
from arena.errors import BadNote, BadProof
from arena.ledger.checkpoint import Checkpoint, cosigned_by
from arena.ledger.findings import Findings, Notice
from arena.ledger.flaws import Flaw
from arena.ledger.note import KeyKind, Note, Vkey

CHECKPOINTS = "checkpoints.jsonl"
KEYS = "keys.txt"
RULES = "rules.json"


@dataclass(frozen=True, slots=True)
class Sighted:
    """A checkpoint as it stands in `line` of the folder's file."""

    line: int
    note: Note
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class InForce:
    """A key of the log; it signs checkpoints of more than `after` entries.

    With an `overlap` the key before it signs the first of these too, and so vouches for it.
    """

    after: int
    vkey: Vkey
    overlap: int = 0


def read_key(text: str) -> Vkey:
    """Read the key of a log.

    Raises:
        BadNote: it is none.
    """
    vkey = Vkey.parse(text)
    if vkey.kind is not KeyKind.NOTE:
        raise BadNote("the key is a witness's, not a log's")
    return vkey


def check_keys(keys: Sequence[InForce], listed: bytes, findings: Findings) -> None:
    """Check that `keys.txt` holds the keys that the ledger names."""
    if listed != "".join(f"{key.vkey}\n" for key in keys).encode():
        findings.found(Flaw.OTHER_KEYS, KEYS)


def check_signatures(keys: Sequence[InForce], sighted: Sequence[Sighted], findings: Findings) -> None:
    """Check that each checkpoint is signed by the key in force, and that no key's signature is wrong."""
    before = -1
    for one in sighted:
        in_force = [key for key in keys if key.after < one.checkpoint.size]
        if not in_force or one.checkpoint.origin != in_force[-1].vkey.name:
            findings.found(Flaw.ORIGIN, CHECKPOINTS, one.line, one.checkpoint.origin)
        elif not _signers(one, in_force, findings) >= _must_sign(in_force, before):
            findings.found(Flaw.UNSIGNED, CHECKPOINTS, one.line)
        before = one.checkpoint.size


def _must_sign(keys: Sequence[InForce], before: int) -> set[Vkey]:
    """Name who must sign the checkpoint that follows one of size `before`."""
    is_first = keys[-1].after >= before and keys[-1].overlap > 0
    return {key.vkey for key in (keys[-2:] if is_first else keys[-1:])}


def _signers(one: Sighted, keys: Sequence[InForce], findings: Findings) -> set[Vkey]:
    signers = set()
    for vkey in (key.vkey for key in keys):
        try:
            if one.note.signed_by(vkey):
                signers.add(vkey)
        except BadProof:
            findings.found(Flaw.BAD_SIGNATURE, CHECKPOINTS, one.line)
            signers.add(vkey)  # said already
    return signers


def check_trust(
    keys: Sequence[InForce], sighted: Sequence[Sighted], trusted: Sequence[Vkey], findings: Findings
) -> None:
    """Check that the last key is one of `trusted`, or that such a key has handed over to it.

    A key hands over to the next by signing a checkpoint that the next signs too.
    """
    if not trusted:
        findings.note(Notice.FOLDERS_KEYS)
        return
    is_trusted, before = False, None
    for key in keys:
        handed = before is not None and any(_both(one, before.vkey, key) for one in sighted)
        is_trusted, before = key.vkey in trusted or (is_trusted and handed), key
    if not is_trusted:
        findings.found(Flaw.UNTRUSTED, KEYS)


def _both(one: Sighted, old: Vkey, new: InForce) -> bool:
    try:
        return one.checkpoint.size > new.after and one.note.signed_by(old) and one.note.signed_by(new.vkey)
    except BadProof:
        return False  # a flaw of the signature, said there


def check_witnesses(
    rules: Witnesses, sighted: Sequence[Sighted], findings: Findings, *, is_closed: bool
) -> None:
    """Check every cosignature of the rules' witnesses, and their number on the last checkpoint."""
    witnesses = _witnesses(rules, findings)
    signed = 0
    for one in sighted:
        signed = sum(_cosigned(one, witness, findings) for witness in witnesses)
    if not rules.quorum:
        findings.note(Notice.NO_WITNESSES)
    elif is_closed and sighted and signed < rules.quorum:
        findings.found(Flaw.QUORUM, CHECKPOINTS, sighted[-1].line, rules.quorum, signed)


def _witnesses(rules: Witnesses, findings: Findings) -> list[Vkey]:
    found = []
    for text in rules.keys:
        try:
            found.append(Vkey.parse(text))
        except BadNote as error:
            findings.found(Flaw.BROKEN_WITNESS, RULES, 0, error)
    return [vkey for vkey in found if vkey.kind is KeyKind.COSIGNATURE]


def _cosigned(one: Sighted, witness: Vkey, findings: Findings) -> bool:
    try:
        return cosigned_by(one.note, witness) is not None
    except BadProof:
        findings.found(Flaw.BAD_COSIGNATURE, CHECKPOINTS, one.line, witness.name)
        return False
