"""Doing together what threads ask for one by one: one of them does the work for all who wait.

Law: nobody is answered before the work on her request has ended. Whoever finds nobody leading leads: she
has the work done on her request and those behind it, at most `most`, and then hands the lead to the next in
line. Whoever comes meanwhile waits for that.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from arena.errors import Refused, StoreUnavailable

Asked = TypeVar("Asked")
Given = TypeVar("Given")

MOST = 64


class Together(Generic[Asked, Given]):
    """Has `work` done on several requests at once; it gives each its answer or refusal, in their order."""

    def __init__(
        self,
        work: Callable[[Sequence[Asked]], Sequence[Given | Refused | StoreUnavailable]],
        most: int = MOST,
    ) -> None:
        """Have `work` done on at most so many requests at once."""
        self._work = work
        self._most = most
        self._lock = threading.Lock()
        self._line: list[_Waiting[Asked, Given]] = []
        self._led = False

    def ask(self, asked: Asked) -> Given:
        """Wait until the work on a request has ended, and give its answer.

        Raises:
            Refused: what the work says of this request; the others have their own answers.
            StoreUnavailable: the work came to no end, for this request and those done with it.
        """
        mine = _Waiting[Asked, Given](asked)
        with self._lock:
            self._line.append(mine)
            if not self._led:
                self._led = True
                mine.called.set()
        mine.called.wait()
        if mine.answer is None:
            self._lead()
        if isinstance(mine.answer, Refused):
            raise mine.answer
        if mine.answer is None or isinstance(mine.answer, StoreUnavailable):
            raise StoreUnavailable(str(mine.answer)) from mine.answer  # one of its own for each thread
        return mine.answer

    def _lead(self) -> None:
        with self._lock:
            served, self._line = self._line[: self._most], self._line[self._most :]
        try:
            answers = self._work([one.asked for one in served])
            for one, answer in zip(served, answers, strict=True):
                one.answer = answer
        except StoreUnavailable as error:
            for one in served:
                one.answer = error
        finally:
            self._hand_on(served)

    def _hand_on(self, served: "Sequence[_Waiting[Asked, Given]]") -> None:
        for one in served:
            if one.answer is None:
                one.answer = StoreUnavailable("whoever wrote for all broke off")
            one.called.set()
        with self._lock:
            self._led = bool(self._line)
            if self._line:
                self._line[0].called.set()


class _Waiting(Generic[Asked, Given]):
    """A request in the line; `called` once it has its answer, or is to lead."""

    __slots__ = ("answer", "asked", "called")

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.called = threading.Event()
        self.answer: Given | Refused | StoreUnavailable | None = None
