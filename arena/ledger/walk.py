"""One pass over an exported ledger: every line, the tree, and every opening beside its entry.

Nothing is kept of a line but its hash in the tree, so a ledger of any length takes little memory.
"""

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any

from arena.contest.contest import Contest
from arena.errors import BadNote
from arena.ledger.alongside import Alongside
from arena.ledger.entries import BUCKET_SECONDS, EntryType
from arena.ledger.findings import Findings
from arena.ledger.flaws import Flaw
from arena.ledger.lines import (
    LEDGER,
    MOST_BROKEN,
    OPENINGS,
    OTHER_FORM,
    RULES,
    Line,
    Opening,
    Unreadable,
    payload_of,
    read_entry,
)
from arena.ledger.merkle import EMPTY_ROOT, Frontier
from arena.ledger.note import Vkey
from arena.ledger.replay import Replay
from arena.ledger.shapes import TO_ALL, fits
from arena.ledger.signing import InForce, read_key
from arena.ledger.told import At

EVERY = 1000
KINDS = frozenset(EntryType)
ANYWHERE = frozenset({EntryType.ROUND_OPENED, EntryType.KEY_ROTATED})
Watch = Callable[[int], None]
"""Hears, now and then, how many entries have been read."""


NAMING_KEYS = frozenset({EntryType.ROUND_OPENED, EntryType.KEY_ROTATED})


class Walk:
    """What one pass finds: roots by size, the keys of the log, and the round told again."""

    def __init__(
        self, contest: Contest | None, rules_hash: str, sizes: frozenset[int], findings: Findings
    ) -> None:
        """Look for the round of `contest`, and for the roots at `sizes`."""
        self.findings = findings
        self.roots: dict[int, bytes] = {0: EMPTY_ROOT}
        self.size = 0
        self.keys: list[InForce] = []
        self.are_keys_known = True
        self.replay: Replay | None = None
        self.missing: list[tuple[int, str]] = []
        self.opened = 0
        self.is_certain = True
        self._contest = contest
        self._rules_hash = rules_hash
        self._sizes = sizes
        self._time = 0
        self._is_inside = False
        self.rounds = 0

    def through(self, ledger: Iterable[bytes], openings: Iterable[bytes], watch: Watch) -> None:
        """Read both files to their ends."""
        frontier, beside, broken = Frontier(), Alongside(openings, self.findings), 0
        for raw in ledger:
            frontier.add(sha256(b"\x00" + raw.removesuffix(b"\n")).digest())
            try:
                self._entry(read_entry(raw), beside)
            except Unreadable as error:
                self.findings.found(Flaw.BROKEN_LINE, LEDGER, self.size + 1, error.why)
                self._miss()
                broken += 1
            self.size += 1
            if self.size in self._sizes:
                self.roots[self.size] = frontier.root()
            if self.size % EVERY == 0:
                watch(self.size)
            if broken > MOST_BROKEN:
                self.findings.found(Flaw.GAVE_UP, LEDGER, self.size)
                break
        beside.finish()
        watch(self.size)

    def _entry(self, line: Line, beside: Alongside) -> None:
        seq, kind = self.size, line.kind
        if line.seq != seq:
            self.findings.found(Flaw.NUMBER, LEDGER, seq + 1, seq, line.seq)
        if line.time < self._time:
            self.findings.found(Flaw.BACKWARDS, LEDGER, seq + 1)
        if line.time % BUCKET_SECONDS:
            self.findings.found(Flaw.MINUTE, LEDGER, seq + 1)
        self._time = line.time
        if kind not in KINDS:
            self.findings.found(Flaw.KIND, LEDGER, seq + 1, kind)
            return
        if (line.receipt is not None) != (kind == EntryType.VOTE_CAST):
            self.findings.found(Flaw.NO_RECEIPT, LEDGER, seq + 1)
        opening = beside.at(seq)
        payload = None if opening is None else self._payload(line, opening, beside.line)
        self._place(At(seq, line.time, kind, beside.line), payload, is_there=opening is not None)

    def _payload(self, line: Line, opening: Opening, number: int) -> Mapping[str, Any] | None:
        """Give the payload where it is what the entry committed to."""
        if opening.commitment() != line.commit:
            self.findings.found(Flaw.OTHER_OPENING, OPENINGS, number, opening.seq)
            return None
        try:
            payload = payload_of(opening.content)
        except Unreadable as error:
            self.findings.found(Flaw.BROKEN_OPENING, OPENINGS, number, error.why)
            return None
        if not fits(line.kind, payload):
            self.findings.found(Flaw.BROKEN_OPENING, OPENINGS, number, OTHER_FORM)
            return None
        if line.receipt is not None and line.kind == EntryType.VOTE_CAST:
            self._check_receipt(line, payload, number)
        return payload

    def _check_receipt(self, line: Line, payload: Mapping[str, Any], number: int) -> None:
        said = f'{{"verdict":"{payload["verdict"]}"}}'.encode()
        if sha256(bytes.fromhex(payload["receipt_salt"]) + said).hexdigest() != line.receipt:
            self.findings.found(Flaw.OTHER_RECEIPT, OPENINGS, number, line.seq)

    def _place(self, at: At, payload: Mapping[str, Any] | None, *, is_there: bool) -> None:
        """Give an entry to whom it concerns: the keys of the log, and the round it is of."""
        if at.kind == EntryType.ROUND_OPENED:
            self._begin(at, payload)
        elif at.kind == EntryType.KEY_ROTATED:
            self._rotate(at, payload)
        if payload is None and at.kind in NAMING_KEYS:
            self.are_keys_known = False
        if payload is None and (at.kind in TO_ALL or self._is_inside):
            self._unopened(at, is_there=is_there)
        if at.kind == EntryType.PEPPER_DESTROYED:
            self._forget(at, payload)
        elif self.replay and self._is_inside and at.kind not in ANYWHERE:
            self._tell(self.replay, at, payload)

    def _unopened(self, at: At, *, is_there: bool) -> None:
        if is_there:
            self._miss()
        elif at.kind in TO_ALL:
            self.findings.found(Flaw.UNOPENED, OPENINGS, 0, at.seq, at.kind)
            self._miss()
        else:
            self.missing.append((at.seq, at.kind))
            self._blind()

    def _miss(self) -> None:
        """Note that an entry cannot be used although something stands for it."""
        self.is_certain = self.is_certain and not self._is_inside
        self._blind()

    def _blind(self) -> None:
        if self.replay and self._is_inside:
            self.replay.blind()

    def _begin(self, at: At, payload: Mapping[str, Any] | None) -> None:
        self.rounds += 1
        wanted = None if self._contest is None else self._contest.rules.round_id
        self._is_inside = payload is not None and payload["round"] == wanted
        if payload is not None:
            self._take_key(at, payload["log"])
        if self._is_inside and self.replay is not None:
            self.findings.found(Flaw.ORDER, LEDGER, at.seq + 1, at.kind)
        elif self._is_inside and self._contest is not None and payload is not None:
            self.replay = Replay(self._contest, self.findings)
            self.replay.hear(at, payload)

    def _take_key(self, at: At, text: str) -> None:
        vkey = self._key(at, text)
        if vkey is None:
            return
        if not self.keys:
            self.keys.append(InForce(-1, vkey))
        elif self.keys[-1].vkey != vkey:
            self.findings.found(Flaw.CHAIN, OPENINGS, at.line)

    def _rotate(self, at: At, payload: Mapping[str, Any] | None) -> None:
        if payload is None:
            return
        old, new = (self._key(at, payload[name]) for name in ("old", "new"))
        if not self.keys and old is not None:
            self.keys.append(InForce(-1, old))
        if self.keys and old != self.keys[-1].vkey:
            self.findings.found(Flaw.CHAIN, OPENINGS, at.line)
        if new is not None:
            self.keys.append(InForce(at.seq, new, payload["overlap"]))

    def _key(self, at: At, text: str) -> Vkey | None:
        try:
            return read_key(text)
        except BadNote as error:
            self.findings.found(Flaw.BROKEN_KEY, OPENINGS, at.line, error)
            return None

    def _forget(self, at: At, payload: Mapping[str, Any] | None) -> None:
        if self.replay and self._contest and payload and payload["round"] == self._contest.rules.round_id:
            self.replay.see(at)
            self.replay.hear(at, payload)

    def _tell(self, replay: Replay, at: At, payload: Mapping[str, Any] | None) -> None:
        if payload is not None:
            self.opened += at.kind not in TO_ALL
        replay.see(at)
        if at.kind == EntryType.RULES_FROZEN and payload and payload["hash"] != self._rules_hash:
            self.findings.found(Flaw.OTHER_RULES, RULES)
            self.replay, self._contest, self._is_inside = None, None, False
        elif payload is not None:
            replay.hear(at, payload)
