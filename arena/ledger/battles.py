"""The battles of a round as they were told: whole while they go on, and some numbers each once they are over.

A round may have a million of them; what is over takes some 50 bytes.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from arena.contest.column import Column, Numbers
from arena.ledger.ids import Ids


@dataclass(slots=True)
class Fought:
    """A battle as it was recorded; `vote` is the place of its VoteCast, -1 for none."""

    number: int
    track: str
    a: str
    b: str
    voter: str
    category: str
    language: str
    line: int
    turns: int = 0
    is_over: bool = False
    vote: int = -1
    verdict: str = ""
    time: int = 0
    is_withdrawn: bool = False


class Battles:
    """Battles by id, in the order in which they were opened.

    One that goes on is given as it is and may be changed; one that is over is given as a copy.
    """

    def __init__(self) -> None:
        self._ids = Ids()
        self._going_on: dict[int, Fought] = {}
        self._number, self._line = Numbers(), Numbers()
        self._track, self._a, self._b = Column(), Column(), Column()
        self._voter, self._category, self._language = Column(), Column(), Column()
        self._turns, self._vote, self._time = Numbers(), Numbers(), Numbers()
        self._verdict = Column()
        self._withdrawn = bytearray()

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, id_: str) -> bool:
        return self._ids.get(id_) is not None

    def __iter__(self) -> Iterator[Fought]:
        return map(self._at, range(len(self)))

    def get(self, id_: str) -> Fought | None:
        """Find a battle."""
        row = self._ids.get(id_)
        return None if row is None else self._at(row)

    def voted(self, votes: Collection[int]) -> Iterator[Fought]:
        """Give the battles with these votes, named by their places."""
        return (self._at(row) for row, vote in enumerate(self._vote) if vote in votes)

    def open(self, id_: str, battle: Fought) -> None:
        """Take up a battle of a new id that has just been opened."""
        row = self._ids.add(id_)
        self._going_on[row] = battle
        self._number.add(battle.number)
        self._line.add(battle.line)
        self._track.add(battle.track)
        self._a.add(battle.a)
        self._b.add(battle.b)
        self._voter.add(battle.voter)
        self._category.add(battle.category)
        self._language.add(battle.language)
        self._turns.add(0)
        self._vote.add(-1)
        self._time.add(0)
        self._verdict.add("")
        self._withdrawn.append(0)

    def end(self, id_: str) -> None:
        """Keep a battle that goes on as it is now: it is over."""
        row = self._ids[id_]
        battle = self._going_on.pop(row)
        self._turns[row], self._vote[row], self._time[row] = battle.turns, battle.vote, battle.time
        self._verdict[row] = battle.verdict

    def withdraw(self, id_: str) -> None:
        """Note that the vote of a battle that is over was withdrawn."""
        self._withdrawn[self._ids[id_]] = 1

    def _at(self, row: int) -> Fought:
        return self._going_on.get(row) or Fought(
            number=self._number[row],
            track=self._track[row],
            a=self._a[row],
            b=self._b[row],
            voter=self._voter[row],
            category=self._category[row],
            language=self._language[row],
            line=self._line[row],
            turns=self._turns[row],
            is_over=True,
            vote=self._vote[row],
            verdict=self._verdict[row],
            time=self._time[row],
            is_withdrawn=bool(self._withdrawn[row]),
        )
