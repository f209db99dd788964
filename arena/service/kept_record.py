"""Checking a record out of its tables, in one pass and little memory: in a database or in a backup of it.

The tree over the entries must be that of every checkpoint, the keys in force must have signed these, and
every opening must be what its entry committed to. Whether votes follow from the record, `arena verify` tells.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arena.errors import BadNote, BadProof
from arena.ledger import merkle
from arena.ledger.checkpoint import Checkpoint
from arena.ledger.entries import commitment
from arena.ledger.findings import Findings
from arena.ledger.lines import Unreadable, read_entry
from arena.ledger.note import Note, Vkey
from arena.ledger.signing import InForce, Sighted, check_signatures, check_trust, read_key
from arena.ledger.tiles import WIDTH

Fields = Mapping[str, Any]
Read = Callable[[str], Iterator[Fields]]
"""Gives the rows of a table in the order of its key; none of a table that is not there."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record that holds: its entries and root, how many of them are signed, and the key in force now."""

    entries: int
    root: bytes
    signed: int
    keys: tuple[Vkey, ...]


def check_record(read: Read, trusted: Sequence[Vkey] = ()) -> Recorded:
    """Check a record; with `trusted` keys also that one of these, or one it handed over to, signs it.

    Raises:
        BadProof: something was changed, left out, or signed by somebody else.
    """
    try:
        keys = _keys(read)
        sighted = _sighted(read)
        tree = _walked(read, {one.checkpoint.size: one.checkpoint.root for one in sighted})
    except (BadNote, Unreadable, ValueError) as error:
        raise BadProof(f"the record cannot be read: {error}") from error
    findings = Findings()
    check_signatures(keys, sighted, findings)
    check_trust(keys, sighted, trusted, findings)
    if findings.counts:
        raise BadProof(findings.kept[0].said("en"))
    signed = sighted[-1].checkpoint.size if sighted else 0
    return Recorded(tree.size, tree.root(), signed, tuple(key.vkey for key in keys))


def _keys(read: Read) -> list[InForce]:
    """Give the log's keys; a key whose predecessor signs on is one that it has handed over to."""
    keys: list[InForce] = []
    overlaps = False
    for row in read("log_keys"):
        keys.append(InForce(row["since"], read_key(row["vkey"]), int(overlaps)))
        overlaps = row["overlap_until"] is not None
    return keys


def _sighted(read: Read) -> list[Sighted]:
    found = []
    for number, row in enumerate(read("checkpoints"), start=1):
        note = Note.parse(row["note"])
        one = Sighted(number, note, Checkpoint.parse(note.text))
        if one.checkpoint.size != row["size"]:
            raise BadProof(f"the checkpoint of {row['size']} entries is of {one.checkpoint.size}")
        found.append(one)
    return found


class _Tiles:
    """The hashes of full tiles as leaves come, compared with those that are kept."""

    def __init__(self, kept: Iterator[Fields], signed: int) -> None:
        self._signed = signed
        self._kept = {(row["level"], row["number"]): row["hash"] for row in kept}
        self._open: list[list[bytes]] = [[]]
        self._made: list[int] = [0]

    def add(self, leaf: bytes) -> None:
        """Take in a leaf.

        Raises:
            BadProof: a tile that is full now is kept with another hash, or was signed and is not kept.
        """
        level, node = 0, leaf
        while True:
            self._open[level].append(node)
            if len(self._open[level]) < WIDTH:
                return
            node = merkle.root(self._open[level])
            self._open[level].clear()
            number = self._made[level]
            self._made[level] += 1
            level += 1
            kept = self._kept.pop((level, number), None)
            if kept != node and (kept or (number + 1) * WIDTH**level <= self._signed):
                raise BadProof(f"tile {number} of level {level} is not kept as the entries make it")
            if level == len(self._open):
                self._open.append([])
                self._made.append(0)

    def finish(self) -> None:
        """Check that no tile is kept that the leaves do not fill.

        Raises:
            BadProof: one is.
        """
        if self._kept:
            raise BadProof("a tile is kept that the entries do not fill")


def _walked(read: Read, roots: Mapping[int, bytes]) -> merkle.Frontier:
    signed = max(roots, default=0)
    tree, tiles, openings = merkle.Frontier(), _Tiles(read("nodes"), signed), _Openings(read("openings"))
    for row in read("ledger"):
        entry, sequence = row["entry"], tree.size
        line, leaf = read_entry(entry + b"\n"), merkle.leaf_hash(entry)
        if not row["sequence"] == line.seq == sequence or row["leaf"] != leaf.hex():
            raise BadProof(f"entry {sequence} is missing, or is not the one that was written")
        openings.check(sequence, line.commit)
        tree.add(leaf)
        tiles.add(leaf)
        if tree.size in roots and roots[tree.size] != tree.root():
            raise BadProof(f"the first {tree.size} entries are not those of their checkpoint")
    tiles.finish()
    openings.finish()
    if signed > tree.size:
        raise BadProof(f"{signed} entries were signed, and there are {tree.size}")
    return tree


class _Openings:
    """The openings beside the entries; one may be missing, none may be another."""

    def __init__(self, rows: Iterator[Fields]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def check(self, sequence: int, commit: str) -> None:
        """Check the opening of an entry.

        Raises:
            BadProof: it is not the one that was committed to.
        """
        if self._next is None or self._next["sequence"] != sequence:
            return
        if commitment(self._next["salt"], self._next["payload"]) != commit:
            raise BadProof(f"the opening of entry {sequence} is not the one that was committed to")
        self._next = next(self._rows, None)

    def finish(self) -> None:
        """Check that none is left over.

        Raises:
            BadProof: one is.
        """
        if self._next is not None:
            raise BadProof("there is an opening of no entry")
