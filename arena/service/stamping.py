"""Having documents of a round stamped by an outside authority (RFC 3161): rules and results.

What is stamped of a result is the ledger's line that commits to it, so nothing sealed leaves the house.
"""

from datetime import datetime
from enum import StrEnum

from arena.backends.stamping import TimeStampAuthority
from arena.contest.rules import RoundId
from arena.errors import BadSetting, NotAtThisPhase
from arena.store import results, rounds, stamps, tree
from arena.store.session import Store, Transaction


class Document(StrEnum):
    """What can be stamped."""

    RULES = "rules"
    RESULT = "result"


class Stamping:
    """Time stamps of one round."""

    def __init__(self, store: Store, round_id: RoundId, authority: TimeStampAuthority | None) -> None:
        """Keep the stamps of `authority` in `store`; None: no authority is set."""
        self._store = store
        self._round_id = round_id
        self._authority = authority

    def stamp(self, document: Document) -> datetime:
        """Have a document stamped, once, and give the moment of the stamp.

        Raises:
            BadSetting: no authority is set.
            NotAtThisPhase: there is no such document yet.
            StampRefused: the authority gave no stamp that holds; nothing is kept.
        """
        if self._authority is None:
            raise BadSetting("no authority is set; name one in ARENA_STAMP_URL and ARENA_STAMP_ROOTS")
        with self._store.reading() as connection:
            name, content = self._content(connection, document)
            known = stamps.stamps_of(connection, self._round_id).get(name)
        if known is not None:
            return self._authority.check(known, content)
        stamp = self._authority.stamp(content)
        with self._store.writing() as connection:
            known = stamps.stamps_of(connection, self._round_id).get(name)
            if known is None:
                stamps.insert_stamp(connection, self._round_id, name, stamp.token, stamp.moment)
        # Whoever asked at the same time may have been first; hers is the stamp then.
        return stamp.moment if known is None else self._authority.check(known, content)

    def _content(self, connection: Transaction, document: Document) -> tuple[str, bytes]:
        round_ = rounds.find(connection, self._round_id)
        if document is Document.RULES:
            if round_ is None or round_.first is None:
                raise NotAtThisPhase(f"the rules of {self._round_id} are not frozen yet")
            return "rules", round_.document.encode()
        made = results.all_of(connection, self._round_id)
        if not made:
            raise NotAtThisPhase(f"{self._round_id} has no committed result yet")
        (line,) = tree.entries(connection, made[-1].entry, 1)
        return f"result-{made[-1].number}", line
