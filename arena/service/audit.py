"""The audit: what staff did, with before and after, on the ledger; and reading it.

Rule 1: an act and its entry are one transaction (`put_in`), wherever the act is one.
Rule 2: no name and no secret stands in an entry; an account is its pseudonym.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone

from arena.contest.rules import RoundId
from arena.errors import BadRequest, NotAnEntry
from arena.identity.staff import Staff
from arena.ledger import payloads
from arena.ledger.entries import EntryType
from arena.service.pen import Clock, Pen, Random
from arena.service.permissions import Act, permit
from arena.store import audits
from arena.store.audits import Wanted
from arena.store.session import Store, Transaction

COMMAND_LINE = "command line"
"""The role of whoever works on the operator's own machine, without any account."""

PAGE = 50
AT_ONCE = 1_000
"""Acts that are read at a time where all are wanted."""
WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
KNOWN = {
    "act": WORD,
    "account": re.compile(r"[A-Z2-7]{26}"),
    "role": re.compile(r"[a-z ]{1,20}"),
    "since": DAY,
    "until": DAY,
}
"""What can be asked for."""

KOREA = timezone(timedelta(hours=9))
MOST_WORDS = 20
LONGEST = 4_000
LAST_PAGE = 10_000

Facts = Mapping[str, str | int]
"""A small document: words of `WORD`, each with a text of `LONGEST` characters at most, or a number from 0."""

NOTHING: Facts = {}

Done = audits.Audited
"""One act as it is read: who did it, when, and what it changed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed to find acts, "" where nothing. Days are YYYY-MM-DD in Korea, both included."""

    act: str = ""
    account: str = ""
    role: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Acts:
    """One page of acts, the last first; `count` of all that were looked for, `kinds` of act there are."""

    shown: tuple[Done, ...]
    page: int
    count: int
    kinds: tuple[str, ...]

    @property
    def pages(self) -> int:
        """Count the pages; there is always one."""
        return max(1, -(-self.count // PAGE))


class Audit:
    """The acts of the staff of one arena; what is written is written as of one round."""

    def __init__(self, store: Store, round_id: RoundId, clock: Clock, random: Random) -> None:
        """Write to and read from the ledger in `store`, while round `round_id` is served."""
        self.store = store
        self._round_id = round_id
        self._clock = clock
        self._random = random

    def put(self, by: Staff | None, act: str, before: Facts = NOTHING, after: Facts = NOTHING) -> None:
        """Put on the ledger what `by` did, None for the command line, in a transaction of its own.

        `act` is an `Act`, or a finer word of the same form.

        Raises:
            NotAnEntry: the facts are no small document; nothing is written.
            StoreUnavailable: the database cannot be used; nothing is written.
        """
        with self.store.writing() as connection:
            self.put_in(connection, by, act, before, after)

    def put_in(
        self,
        connection: Transaction,
        by: Staff | None,
        act: str,
        before: Facts = NOTHING,
        after: Facts = NOTHING,
    ) -> None:
        """Do the same within the transaction of the act, which holds the writer lock.

        Raises:
            NotAnEntry: as `put`.
        """
        _check(act, before, after)
        who = ("", COMMAND_LINE) if by is None else (str(by.account), by.role.value)
        payload = payloads.audited(self._round_id, who, str(act), before, after)
        now = self._clock()
        entry = Pen(connection, now, self._random).append(EntryType.AUDITED, payload)
        audits.insert_act(connection, entry.sequence, payload, now)

    def entries(self, by: Staff, wanted: Wanted, page: int = 1) -> Acts:
        """Read a page of acts, the last first.

        Raises:
            NotPermitted: this role reads no audit.
            BadRequest: there can be no such page.
        """
        permit(by, Act.READ_AUDIT)
        if not 1 <= page <= LAST_PAGE:
            raise BadRequest(f"page {page}")
        with self.store.reading() as connection:
            shown = audits.acts(connection, wanted, (page - 1) * PAGE, PAGE)
            return Acts(
                tuple(shown), page, audits.count(connection, wanted), tuple(audits.known_acts(connection))
            )

    def search(self, by: Staff, asked: Asked, page: int = 1) -> Acts:
        """Read a page of the acts that somebody asks for, the last first.

        Raises:
            NotPermitted: as `entries`.
            BadRequest: a day is no day, or something else cannot be.
        """
        permit(by, Act.READ_AUDIT)
        return self.entries(by, _wanted(asked), page)

    def every(self, by: Staff, asked: Asked) -> Iterator[Done]:
        """Give all acts that somebody asks for, the last first.

        Raises:
            NotPermitted, BadRequest: as `search`.
        """
        permit(by, Act.READ_AUDIT)
        return self._all(_wanted(asked))

    def _all(self, wanted: Wanted) -> Iterator[Done]:
        before = None
        while True:
            with self.store.reading() as connection:
                found = audits.acts(connection, wanted, 0, AT_ONCE, before)
            yield from found
            if len(found) < AT_ONCE:
                return
            before = found[-1].sequence


def _wanted(asked: Asked) -> Wanted:
    """Read what somebody typed.

    Raises:
        BadRequest: a day is no day, or something else cannot be.
    """
    if not all(KNOWN[name].fullmatch(text) for name, text in asdict(asked).items() if text):
        raise BadRequest("what no act can have")
    since, until = _day(asked.since), _day(asked.until)
    return Wanted(
        act=asked.act or None,
        account=asked.account or None,
        role=asked.role or None,
        since=since,
        until=None if until is None else until + timedelta(days=1),
    )


def _day(text: str) -> datetime | None:
    """Give the beginning of a day in Korea.

    Raises:
        BadRequest: there is no such day.
    """
    try:
        return datetime.fromisoformat(text).replace(tzinfo=KOREA) if text else None
    except ValueError as error:
        raise BadRequest(text) from error


def _check(act: str, *documents: Facts) -> None:
    """Refuse what is no small document: the ledger is for ever.

    Raises:
        NotAnEntry: that is what it is.
    """
    if not WORD.fullmatch(act):
        raise NotAnEntry(f"{act!r} is no word for an act")
    for document in documents:
        if len(document) > MOST_WORDS or not all(WORD.fullmatch(word) for word in document):
            raise NotAnEntry(f"{act}: what it changed is told in at most {MOST_WORDS} plain words")
        if any(_is_long(value) for value in document.values()):
            raise NotAnEntry(f"{act}: a text is longer than {LONGEST} characters, or a number below 0")


def _is_long(value: str | int) -> bool:
    return len(value) > LONGEST if isinstance(value, str) else value < 0
