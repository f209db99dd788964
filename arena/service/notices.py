"""Notices: what the operator tells all citizens, on every page, until it is over or withdrawn.

Everyone reads them, so they are looked up once in a while, however many ask.
"""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from arena.contest.blinding import Mask
from arena.contest.notice import Notice, notice_of
from arena.contest.roster import Roster
from arena.errors import BadRequest, StoreUnavailable
from arena.identity.staff import Staff
from arena.service.audit import Audit, Facts
from arena.service.pen import Clock
from arena.service.permissions import Act, permit
from arena.store import notices
from arena.store.notices import KeptNotice
from arena.store.session import Store

NoticeView = KeptNotice
"""A notice as staff and citizens may see it, which is as it is kept."""

FRESH = timedelta(seconds=2)
MOST_SHOWN = 3
"""More at once are read by nobody."""

LISTED = 20


class Notices:
    """The notices of one arena."""

    def __init__(self, store: Store, roster: Roster, clock: Clock, audit: Audit) -> None:
        """Keep notices in `store`; none names a contestant of `roster`."""
        self._store = store
        self._names = Mask(roster.names)
        self._clock = clock
        self._audit = audit
        self._lock = threading.Lock()
        self._read: tuple[datetime, tuple[KeptNotice, ...]] | None = None

    def shown(self) -> tuple[KeptNotice, ...]:
        """Give what is shown now, the last written first; the last known where the database is away."""
        with self._lock:
            now = self._clock()
            if self._read is None or not timedelta() <= now - self._read[0] <= FRESH:
                self._read = now, self._looked_up(now, () if self._read is None else self._read[1])
            return tuple(one for one in self._read[1] if one.notice.until > now)

    def listed(self, by: Staff) -> Sequence[KeptNotice]:
        """Give the last that were written.

        Raises:
            NotPermitted: no operator asks.
        """
        permit(by, Act.WRITE_NOTICE)
        with self._store.reading() as connection:
            return notices.last(connection, LISTED)

    def write(self, by: Staff, ko: str, en: str, level: str, until: datetime) -> KeptNotice:
        """Show a notice to everybody from now on.

        Raises:
            NotPermitted: no operator asks.
            BadRequest: a text is empty, too long or names a contestant, or as many are shown as may be.
        """
        permit(by, Act.WRITE_NOTICE)
        with self._store.writing() as connection:
            now = self._clock()
            made = notice_of(ko, en, level, until, now, self._names)
            if len(notices.shown(connection, now)) >= MOST_SHOWN:
                raise BadRequest("notice_many")
            number = notices.put(connection, made, now)
            self._audit.put_in(connection, by, Act.WRITE_NOTICE, after=_facts(number, made))
        self._forget()
        return KeptNotice(number, made, now, withdrawn=False)

    def withdraw(self, by: Staff, number: int) -> None:
        """Show a notice no longer.

        Raises:
            NotPermitted: no operator asks.
            BadRequest: it is not one that is shown.
        """
        permit(by, Act.WRITE_NOTICE)
        with self._store.writing() as connection:
            now = self._clock()
            known = [one for one in notices.shown(connection, now) if one.id == number]
            if not known:
                raise BadRequest("notice_gone")
            notices.withdraw(connection, number, now)
            self._audit.put_in(connection, by, "withdraw_notice", before=_facts(number, known[0].notice))
        self._forget()

    def _forget(self) -> None:
        with self._lock:
            self._read = None

    def _looked_up(self, now: datetime, known: tuple[KeptNotice, ...]) -> tuple[KeptNotice, ...]:
        try:
            with self._store.reading() as connection:
                return tuple(notices.shown(connection, now))
        except StoreUnavailable:
            return known


def _facts(number: int, notice: Notice) -> Facts:
    """Tell a notice in few words, as the record holds it."""
    return {
        "number": number,
        "ko": notice.ko,
        "en": notice.en,
        "level": notice.level.value,
        "until": notice.until.isoformat(),
    }
