"""A rehearsal: simulated citizens come in through the HTTP API and vote by known strengths.

Only a round whose rules say `rehearsal` is ever rehearsed. The citizens see what citizens see; that the
one who votes for them knows the seats is what makes the truth known.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from arena.backends.visitor import Acknowledged, Visitor
from arena.contest.battle import Seats, Side
from arena.contest.outcomes import Cell
from arena.contest.rules import Verdict
from arena.errors import ArenaError, NoScore, RehearsalError
from arena.reporting import tally
from arena.reporting.tally import Standings
from arena.reporting.truth import Compared, Truth
from arena.service.rounds import Round
from arena.store import battles, votes
from arena.store.session import Store

PROMPTS = (
    "하늘은 왜 파란가요?",
    "이사한 뒤 전입신고는 어떻게 하나요?",
    "What should I check before I rent a room?",
    "부모님께 스마트폰 사진 보내는 법을 어떻게 알려 드릴까요?",
    "1부터 100까지 더하는 파이썬 코드를 써 주세요.",
)
MOST_ATTEMPTS = 20
"""So often may one vote meet a void battle or a busy arena."""

Watch = Callable[[], None]
"""Hears of each vote."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of it: votes acknowledged, lost (not on record as cast) and doubled, and the comparison.

    Without standings, which so few votes may not make, there is nothing to compare: `order_is_true` is None.
    """

    acknowledged: int
    lost: int
    doubled: int
    voids: int
    votes_before: int
    seconds: float
    compared: tuple[Compared, ...]
    order_is_true: bool | None
    standings: Standings | None


@dataclass(slots=True)
class _Tally:
    """What the simulated citizens met."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    voids: int = 0


class Rehearsal:
    """Simulated citizens for one round."""

    def __init__(self, store: Store, round_: Round) -> None:
        """Rehearse `round_`, whose record is in `store`.

        Raises:
            RehearsalError: its rules do not say `rehearsal`.
        """
        if not round_.contest.rules.rehearsal:
            raise RehearsalError("this is no rehearsal: its rules do not say `rehearsal: true`")
        self._store = store
        self._round = round_
        self._truth = Truth(round_.contest.roster)

    async def play(
        self, url: str, *, battles_wanted: int, voters: int, parallel: int, random: Random, watch: Watch
    ) -> Rehearsed:
        """Play `battles_wanted` votes of `voters` citizens, `parallel` at once, against the arena at `url`.

        Raises:
            RehearsalError: the cap is too low for so many votes, or the arena cannot be reached or refuses.
        """
        shares = self._shares(battles_wanted, voters)
        before, began = self._votes(), time.monotonic()
        tallied, places = _Tally(), asyncio.Semaphore(parallel)
        seeds = [random.getrandbits(64) for _ in shares]

        async def one(share: int, seed: int) -> None:
            async with places:
                await self._citizen(url, share, Random(seed), tallied, watch)  # noqa: S311 - reproducible, not secret

        failed: ExceptionGroup[ArenaError] | None = None
        try:
            async with asyncio.TaskGroup() as group:
                for share, seed in zip(shares, seeds, strict=True):
                    group.create_task(one(share, seed))
        except* ArenaError as errors:
            failed = errors
        # Raised out here, because what is raised inside `except*` goes out as a group again.
        if failed:
            raise failed.exceptions[0] from failed
        return self._rehearsed(tallied, before, time.monotonic() - began)

    def _shares(self, battles_wanted: int, voters: int) -> list[int]:
        cap = self._round.contest.rules.votes_per_person
        most = -(-battles_wanted // voters)
        if most > cap:
            needed = -(-battles_wanted // cap)
            raise RehearsalError(f"a citizen has {cap} votes; {battles_wanted} battles need {needed} voters")
        return [battles_wanted // voters + (place < battles_wanted % voters) for place in range(voters)]

    async def _citizen(self, url: str, share: int, random: Random, tallied: _Tally, watch: Watch) -> None:
        voter = self._truth.voter(random, "simulated")
        async with Visitor(url) as visitor:
            if share:
                await visitor.consent()
            for _ in range(share):
                battle = await self._battle(visitor, random, tallied)
                seats = await asyncio.to_thread(self._seats, battle)
                verdict = self._truth.verdict(random, voter, seats[Side.A], seats[Side.B])
                tallied.acknowledged.append(await visitor.vote(battle, verdict.value))
                watch()

    async def _battle(self, visitor: Visitor, random: Random, tallied: _Tally) -> str:
        """Ask until a battle has both answers, and give its id."""
        for _ in range(MOST_ATTEMPTS):
            category = random.choice(self._round.contest.rules.categories)
            battle = await visitor.open_battle(random.choice(PROMPTS), category)
            if battle is None:
                await asyncio.sleep(1.0 + random.random())
            elif await visitor.follow(battle):
                return battle
            else:
                tallied.voids += 1
        raise RehearsalError(f"{MOST_ATTEMPTS} battles in a row came to nothing; see the server's log")

    def _seats(self, battle_id: str) -> Seats:
        with self._store.reading() as connection:
            battle = battles.find(connection, battle_id)
        if battle is None:
            raise RehearsalError("the arena at this address keeps its record in another database")
        return battle.seats

    def _votes(self) -> int:
        with self._store.reading() as connection:
            return votes.counts(connection, self._round.contest.rules.round_id).votes

    def _rehearsed(self, tallied: _Tally, before: int, seconds: float) -> Rehearsed:
        rules = self._round.contest.rules
        with self._store.reading() as connection:
            recorded = votes.recorded(connection, rules.round_id)
            cells = votes.cells(connection, rules.round_id, self._round.contest.scoring)
        standings = self._standings(cells)
        said = {one.battle: (Verdict(one.verdict), one.index) for one in tallied.acknowledged}
        compared = self._truth.beside(standings) if standings else ()
        order = tuple(row.contestant for row in compared)
        return Rehearsed(
            acknowledged=len(tallied.acknowledged),
            lost=sum(recorded.get(battle) != vote for battle, vote in said.items()),
            doubled=len(recorded) - before - sum(battle in recorded for battle in said),
            voids=tallied.voids,
            votes_before=before,
            seconds=seconds,
            compared=compared,
            order_is_true=order == self._truth.order if standings else None,
            standings=standings,
        )

    def _standings(self, cells: Sequence[Cell]) -> Standings | None:
        try:
            return tally.standings(self._round.contest, cells)
        except NoScore:  # so few votes: that each is on record is what a rehearsal is for
            return None
