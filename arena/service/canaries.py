"""Asking contestants what they were asked when the round opened, and comparing what they say.

What is asked goes the way of citizens' prompts, with the round's system prompt and decoding. A team that
knows the prompts could answer these alone with the frozen model; `prompts` of the operator's own are secret.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import replace
from decimal import Decimal
from math import ceil
from typing import Any, TypeVar

from arena.backends.backend import Message
from arena.backends.pool import Asker
from arena.contest.canary import TRILLIONTHS, Alarm, Keeping, Kept, Look, Plan, Replies
from arena.contest.contest import Contest
from arena.contest.roster import Contestant
from arena.contest.rules import Decoding
from arena.errors import BackendError, BadSetting, Fault
from arena.ledger.canonical import canonical
from arena.ledger.entries import SALT_BYTES, commitment
from arena.reporting.likeness import differ
from arena.service.pen import Clock, Random
from arena.store.canaries import CanaryFolder

log = logging.getLogger(__name__)

LONGEST = 128
"""Tokens of a reply: the beginning tells enough, and a look is to cost little."""

MOST_READ = 2_000
"""Characters of a reply that are read: a server that says more than it was asked for must not cost more."""

LEAST_TEMPERATURE = Decimal("0.7")
"""Nearer to 0, replies hang on rounding errors, which differ with a server's load, for a whole look."""

KEPT_EACH, LOOKED_EACH = 8, 4
"""Replies to each prompt, kept at the opening and asked for at each look."""

TOGETHER = 4
"""Requests under way at one contestant."""

DRAWS = 2.0
"""Random divisions, as a multiple of what the level needs at least."""

Watch = Callable[[], None]
"""Hears of each reply."""

Connect = Callable[[], AbstractAsyncContextManager[Asker]]
"""Opens the way to the contestants for one keeping or one look."""

T = TypeVar("T")


class Canaries:
    """The canaries of one round."""

    def __init__(
        self,
        contest: Contest,
        connect: Connect,
        folder: CanaryFolder,
        clock: Clock,
        random: Random,
        prompts: Sequence[str],
    ) -> None:
        """Ask the contestants of `contest` the `prompts`, and keep replies in `folder`."""
        rules = contest.rules
        self._contestants = contest.roster.contestants
        self._connect = connect
        self._folder = folder
        self._clock = clock
        self._random = random
        self._decoding = _decoding(rules.decoding)
        self._conversations = [_conversation(rules.system_prompt, prompt) for prompt in prompts]

    @property
    def endpoints(self) -> int:
        """Count the endpoints of all contestants."""
        return sum(len(one.endpoints) for one in self._contestants)

    @property
    def replies_kept(self) -> int:
        """Count the replies that keeping takes."""
        return len(self._contestants) * len(self._conversations) * KEPT_EACH

    @property
    def replies_looked_at(self) -> int:
        """Count the replies that a look takes."""
        return self.endpoints * len(self._conversations) * LOOKED_EACH

    def are_kept(self) -> bool:
        """Tell whether replies are kept."""
        return self._folder.kept() is not None

    async def keep(self, looks: int, alpha: float, watch: Watch, *, again: bool = False) -> Plan:
        """Ask every contestant, its endpoints in turn, and keep the replies for so many `looks`.

        Raises:
            BadSetting: replies are kept already (and this is not `again`), or such a plan cannot be.
            BackendError: a contestant did not answer; nothing is kept.
        """
        if not again and self.are_kept():
            raise BadSetting("replies are kept already; --again throws them away and begins anew")
        plan = Plan(looks, self.endpoints, alpha)
        async with self._connect() as asker:
            found = await _together(
                [self._replies(asker, one, KEPT_EACH, one.endpoints, watch) for one in self._contestants]
            )
        replies = {one.id: said for one, said in zip(self._contestants, found, strict=True)}
        salts = {one: self._salt() for one in replies}
        self._folder.keep(Kept(plan, self._fingerprint(), replies, salts))
        return plan

    async def look(self, watch: Watch) -> list[Look]:
        """Ask every endpoint, compare with what was kept, and add what was found to the folder.

        Raises:
            BadSetting: nothing is kept, or other prompts, decoding or endpoints, or all looks are used.
        """
        kept = self._kept()
        number = self._folder.looks() + 1
        if number > kept.plan.looks:
            raise BadSetting(f"all {kept.plan.looks} planned looks are used: `arena canary keep --again`")
        async with self._connect() as asker:
            looks = await _together(
                [
                    self._look_at(asker, kept, one, place, watch)
                    for one in self._contestants
                    for place in range(len(one.endpoints))
                ]
            )
        looks = [await asyncio.to_thread(_compared, look, kept, number) for look in looks]
        self._folder.add(self._clock(), looks)
        for look in looks:
            _report(look)
        return looks

    def keeping(self) -> Keeping | None:
        """Give what the record says of the replies that are kept; None where none are.

        Raises:
            BadSetting: what was kept cannot be read.
        """
        kept = self._folder.kept()
        if kept is None:
            return None
        hashes = {one: _hash(kept.salts[one], said) for one, said in kept.replies.items()}
        return Keeping(hashes, _trillionths(kept.plan.level), kept.plan.looks)

    def alarms(self) -> list[Alarm]:
        """Give what the record says of each look that has alarmed since replies were kept.

        Raises:
            BadSetting: what was kept or found cannot be read.
        """
        kept = self._folder.kept()
        if kept is None:
            return []
        return [
            _alarm(kept, look, number, look.p_value)
            for number, look in self._folder.made()
            if look.p_value is not None and look.alarms
        ]

    def _salt(self) -> str:
        return self._random(SALT_BYTES).hex()

    def _kept(self) -> Kept:
        kept = self._folder.kept()
        if kept is None:
            raise BadSetting("no replies are kept yet: `arena canary keep`")
        if (kept.asked, kept.plan.endpoints) != (self._fingerprint(), self.endpoints):
            raise BadSetting("what is asked now is not what was asked then: `arena canary keep --again`")
        return kept

    async def _look_at(self, asker: Asker, kept: Kept, one: Contestant, place: int, watch: Watch) -> Look:
        look = Look(one.id, place + 1, kept.plan.level)
        try:
            replies = await self._replies(asker, one, LOOKED_EACH, one.endpoints[place : place + 1], watch)
        except BackendError as error:
            return replace(look, fault=error.fault)
        return replace(look, replies=replies, salt=self._salt())

    async def _replies(
        self, asker: Asker, one: Contestant, each: int, endpoints: Sequence[str], watch: Watch
    ) -> Replies:
        places = asyncio.Semaphore(TOGETHER)

        async def reply(messages: Sequence[Message], endpoint: str) -> str:
            async with places:
                said = await self._ask(asker, one, endpoint, messages)
            watch()
            return said

        said = await _together(
            [
                reply(messages, endpoints[nth % len(endpoints)])
                for messages in self._conversations
                for nth in range(each)
            ]
        )
        return tuple(tuple(said[at : at + each]) for at in range(0, len(said), each))

    async def _ask(self, asker: Asker, one: Contestant, endpoint: str, messages: Sequence[Message]) -> str:
        """Ask once; a model that says nothing has said nothing, which may be its way."""
        said = ""
        try:
            async with aclosing(asker.ask(endpoint, one, messages, self._decoding)) as pieces:
                async for piece in pieces:
                    said += piece
                    if len(said) >= MOST_READ:
                        break
        except BackendError as error:
            if error.fault is not Fault.EMPTY:
                raise
        return said[:MOST_READ]

    def _fingerprint(self) -> str:
        """Give the SHA-256 of all that must be the same at every look."""
        ids = [(one.id, one.served_model) for one in self._contestants]
        same = (self._conversations, str(self._decoding), KEPT_EACH, LOOKED_EACH, ids)
        return hashlib.sha256(repr(same).encode()).hexdigest()


def _compared(look: Look, kept: Kept, number: int) -> Look:
    """Give a look with what it shows; the same again for the same replies and number."""
    if look.fault:
        return look
    draws = ceil(DRAWS / look.level)
    found = differ(kept.replies[look.contestant], look.replies, draws=draws, seed=number)
    return replace(look, discrepancy=found.discrepancy, p_value=found.p_value)


def _alarm(kept: Kept, look: Look, number: int, p_value: float) -> Alarm:
    before = kept.replies[look.contestant]
    return Alarm(
        contestant=look.contestant,
        endpoint=look.endpoint,
        look=number,
        level=_trillionths(look.level),
        p=_trillionths(p_value),
        kept=_hash(kept.salts[look.contestant], before),
        kept_size=sum(map(len, before)),
        replies=_hash(look.salt, look.replies),
        replies_size=sum(map(len, look.replies)),
    )


def _trillionths(share: float) -> int:
    return round(share * TRILLIONTHS)


def _hash(salt: str, replies: Replies) -> str:
    return commitment(bytes.fromhex(salt), canonical(replies))


def _decoding(rules: Decoding) -> Decoding:
    return replace(
        rules,
        temperature=max(rules.temperature, LEAST_TEMPERATURE),
        max_tokens=min(rules.max_tokens, LONGEST),
    )


def _conversation(system_prompt: str, prompt: str) -> list[Message]:
    said = [{"role": "system", "content": system_prompt}] if system_prompt else []
    return [*said, {"role": "user", "content": prompt}]


async def _together(wanted: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """Wait for all; the first failure ends the others."""
    tasks = [asyncio.create_task(one) for one in wanted]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _report(look: Look) -> None:
    where = f"{look.contestant}, endpoint {look.endpoint}"
    if look.fault:
        log.warning("canary: %s did not answer: %s", where, look.fault.value)
    elif look.alarms:
        log.warning("canary: %s does not answer as when replies were kept (p = %.1e)", where, look.p_value)
