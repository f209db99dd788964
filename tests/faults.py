"""What each fault of a team's server means on the ledger."""

from arena.backends.demo.faults import DemoFault
from arena.errors import Fault

FAULTS = {
    DemoFault.REFUSE: Fault.REFUSED,
    DemoFault.UNAUTHORIZED: Fault.REFUSED,
    DemoFault.HTML: Fault.REFUSED,
    DemoFault.REDIRECT: Fault.REFUSED,
    DemoFault.RATE_LIMIT: Fault.BUSY,
    DemoFault.BUSY: Fault.BUSY,
    DemoFault.ERROR_500: Fault.FAILED,
    DemoFault.ERROR_THEN_DONE: Fault.FAILED,
    DemoFault.STALL: Fault.STALLED,
    DemoFault.STALL_FIRST: Fault.STALLED,
    DemoFault.KEEPALIVE_ONLY: Fault.STALLED,
    DemoFault.CUT: Fault.CUT,
    DemoFault.END_EARLY: Fault.CUT,
    DemoFault.GARBAGE: Fault.MALFORMED,
    DemoFault.HALF_SYLLABLE: Fault.MALFORMED,
    DemoFault.HUGE_LINE: Fault.MALFORMED,
    DemoFault.ENDLESS: Fault.ENDLESS,
    DemoFault.EMPTY: Fault.EMPTY,
    DemoFault.REASON_ONLY: Fault.EMPTY,
}
HARMLESS = {DemoFault.CRUMBS, DemoFault.LEAK}
AFTER_TEXT = [
    DemoFault.ERROR_THEN_DONE,
    DemoFault.STALL,
    DemoFault.CUT,
    DemoFault.END_EARLY,
    DemoFault.GARBAGE,
    DemoFault.HALF_SYLLABLE,
    DemoFault.HUGE_LINE,
    DemoFault.ENDLESS,
]
"""Faults that can come in the middle of a reply."""
