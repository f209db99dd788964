"""The ballot box: votes that wait at the same time are put on record in one transaction.

Law: every vote is judged under the writer lock, by the rules and by the votes before it, before any of them
is written; one that is refused leaves no trace and does not touch the others.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from arena.contest.battle import Battle, Stage, VoterId
from arena.contest.feedback import Feedback, Guess
from arena.contest.lifecycle import Phase
from arena.contest.rules import Rules, Verdict
from arena.errors import (
    AlreadyVoted,
    CapReached,
    NotACitizen,
    NotFound,
    Refused,
    RoundNotOpen,
    StoreRefused,
    StoreUnavailable,
)
from arena.ledger import payloads
from arena.ledger.entries import SALT_BYTES, EntryType
from arena.service.pen import Pen
from arena.service.together import Together
from arena.service.voting import CONSENT
from arena.store import casting, guesses, record, votes


@dataclass(frozen=True, slots=True)
class Slip:
    """What a citizen brings: her verdict on a battle, and what she says and guesses beside it."""

    battle: str
    voter: VoterId
    verdict: Verdict
    said: Feedback | None
    guess: Guess | None = None


@dataclass(frozen=True, slots=True)
class Cast:
    """A vote on record: where its entry is, the votes that its citizen has cast, the phase of its round."""

    battle: Battle
    verdict: Verdict
    sequence: int
    leaf: str
    votes: int
    phase: Phase


class BallotBox:
    """Takes the votes of many threads."""

    def __init__(self, writing: Callable[[], AbstractContextManager[Pen]], rules: Rules) -> None:
        """Put votes on record with pens of `writing`, each of one transaction."""
        self._writing = writing
        self._rules = rules
        self._waiting = Together(self.cast_together)

    def cast(self, slip: Slip) -> Cast:
        """Put a vote on record, with those that wait beside it; what this returns is committed.

        Raises:
            Refused: the rules do not take it.
            StoreUnavailable: the database cannot be used.
        """
        return self._waiting.ask(slip)

    def cast_together(self, slips: Sequence[Slip]) -> Sequence[Cast | Refused | StoreUnavailable]:
        """Put votes on record in one transaction; one that the database refuses spoils no other.

        Raises:
            StoreUnavailable: the database cannot be used; no vote is on record.
        """
        try:
            with self._writing() as pen:
                return cast_all(pen, self._rules, slips)
        except StoreRefused as error:
            if len(slips) == 1:
                return [error]
        return [answer for slip in slips for answer in self.cast_together([slip])]


def cast_all(pen: Pen, rules: Rules, slips: Sequence[Slip]) -> list[Cast | Refused]:
    """Put votes on record, and give each vote as it is there, or why it was refused.

    The same verdict on a battle again is the same vote; what is said beside it is brought up to date.
    """
    sheet = _Sheet(pen, rules, slips)
    refusals = [sheet.refusal(slip) for slip in slips]
    sheet.write()
    for slip, refusal in zip(slips, refusals, strict=True):
        if not refusal:
            _keep_words(pen, slip, sheet.cast(slip).battle)
    return [refusal or sheet.cast(slip) for slip, refusal in zip(slips, refusals, strict=True)]


def _keep_words(pen: Pen, slip: Slip, battle: Battle) -> None:
    if slip.said is not None:
        votes.save_feedback(pen.connection, battle, slip.said, pen.now)
    if slip.guess is not None:
        guesses.save_guess(pen.connection, battle, slip.guess, pen.now)


class _Sheet:
    """The votes of one transaction: judged one after the other, then written."""

    def __init__(self, pen: Pen, rules: Rules, slips: Sequence[Slip]) -> None:
        self._pen = pen
        self._rules = rules
        self._tail = record.tail(pen.connection)
        self._found = dict(casting.standings(pen.connection, (slip.battle for slip in slips)))
        self._votes = {standing.battle.voter: standing.votes for standing in self._found.values()}
        self._places = {id_: one.place for id_, one in self._found.items() if one.place}
        self._new: list[tuple[Battle, Verdict, int]] = []

    def refusal(self, slip: Slip) -> Refused | None:
        """Judge a vote: take it, or give why not."""
        try:
            self._take(slip)
        except Refused as refused:
            return refused
        return None

    def write(self) -> None:
        """Write the votes that were taken, and their entries."""
        if not self._new:
            return
        opened = [payloads.vote_cast(*one, self._pen.random(SALT_BYTES)) for one in self._new]
        entries = self._pen.append_all(self._tail, EntryType.VOTE_CAST, opened)
        cast = [(battle, nth, entry) for (battle, _, nth), entry in zip(self._new, entries, strict=True)]
        casting.insert_votes(self._pen.connection, cast, self._pen.now)
        self._places |= {battle.id: (entry.sequence, entry.leaf()) for battle, _, entry in cast}

    def cast(self, slip: Slip) -> Cast:
        """Give a vote that is written."""
        found = self._found[slip.battle]
        sequence, leaf = self._places[slip.battle]
        return Cast(found.battle, slip.verdict, sequence, leaf, self._votes[slip.voter], found.phase)

    def _take(self, slip: Slip) -> None:
        found = self._found.get(slip.battle)
        if found is None or found.battle.voter != slip.voter:
            raise NotFound(slip.battle)
        if found.battle.stage is Stage.VOTED:
            if found.battle.verdict is not slip.verdict:
                raise AlreadyVoted(f"on record is {found.battle.verdict}")
            self._check_words(slip, found)
            return
        self._check_open(found)
        voted = found.battle.voted(slip.verdict)
        if self._votes[slip.voter] >= self._rules.votes_per_person:
            raise CapReached
        self._votes[slip.voter] += 1
        self._found[slip.battle] = replace(found, battle=voted)
        self._new.append((voted, slip.verdict, self._votes[slip.voter]))

    def _check_open(self, found: casting.Standing) -> None:
        if not found.taken or not self._rules.open_at(self._tail.moment(self._pen.now)):
            raise RoundNotOpen(f"open from {self._rules.opens} to {self._rules.closes}")

    def _check_words(self, slip: Slip, found: casting.Standing) -> None:
        """Check that she may still say something beside a vote that is on record."""
        if slip.said is None and slip.guess is None:
            return
        self._check_open(found)
        if not votes.has_consented(self._pen.connection, slip.voter, CONSENT):
            raise NotACitizen("no consent to the current notice")
