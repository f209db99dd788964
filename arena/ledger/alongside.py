"""The openings of a folder, read along with the entries that they open."""

from collections.abc import Iterable, Iterator

from arena.ledger.findings import Findings
from arena.ledger.flaws import Flaw
from arena.ledger.lines import MOST_BROKEN, OPENINGS, Opening, Unreadable, read_opening


class Alongside:
    """One pass over `openings.jsonl`; `line` is that of the opening just given."""

    def __init__(self, raw: Iterable[bytes], findings: Findings) -> None:
        """Begin with `raw`, lines with their newlines; what is wrong with one goes to `findings`."""
        self.line = 0
        self._next_line = 0
        self._findings = findings
        self._last = -1
        self._coming: Iterator[Opening] = self._read(raw)
        self._next = next(self._coming, None)

    def at(self, seq: int) -> Opening | None:
        """Give the opening of entry `seq`, if there is one; entries that could not be read asked for none."""
        while self._next is not None and self._next.seq < seq:
            self._next = next(self._coming, None)
        coming = self._next
        if coming is None or coming.seq != seq:
            return None
        self.line = self._next_line
        self._next = next(self._coming, None)
        return coming

    def finish(self) -> None:
        """Read what is left: openings of entries that are not there."""
        while self._next is not None:
            self._findings.found(Flaw.ORDER_OF_OPENINGS, OPENINGS, self._next_line, self._next.seq)
            self._next = next(self._coming, None)

    def _read(self, raw: Iterable[bytes]) -> Iterator[Opening]:
        broken = 0
        for number, line in enumerate(raw, start=1):
            if broken > MOST_BROKEN:
                return
            try:
                opening = read_opening(line)
            except Unreadable as error:
                self._findings.found(Flaw.BROKEN_OPENING, OPENINGS, number, error.why)
                broken += 1
                continue
            if opening.seq <= self._last:
                self._findings.found(Flaw.ORDER_OF_OPENINGS, OPENINGS, number, opening.seq)
                broken += 1
                continue
            self._last, self._next_line = opening.seq, number
            yield opening
