"""Whether further terms leave a finite estimate: side and styles must not tell winners and losers apart.

No finite estimate exists where some direction of strengths and coefficients raises the log-odds of some
winner and lowers those of none, while ties stay even or, with a parameter of their own, within its growth
(Albert and Anderson 1984, Biometrika 71:1). Whether there is one, a linear programme says.
"""

from typing import Protocol

import numpy as np

from ratings.comparisons import Comparisons
from ratings.counts import FloatArray, IntArray
from ratings.errors import NotConverged, Separated
from ratings.newton import Lines, Problem, Summit, climbed
from ratings.programmes import solved

AT_ONCE = 4_096
"""Lines of the first programme, evenly taken, and those that each next one takes up besides."""

NEGLIGIBLE = 1e-6
"""A little more than what the programme's solver takes for nothing."""

LARGE = 0.5
"""A direction is as long as its bounds of 1 let it be; a shorter one is the solver's rounding."""

FAR = 12.0
"""Log-odds that terms rarely reach unless they run off; near the end of floating point that can go unseen."""


class TermedLines(Lines, Protocol):
    """What is climbed on where there are further terms."""

    def singly(self) -> Comparisons:
        """Give lines that each have terms of their own."""
        ...


def climbed_finitely(
    problem: Problem[TermedLines], values: FloatArray, names: tuple[str, ...], tolerance: float, limit: int
) -> Summit:
    """Climb as `climbed`, and where terms, called `names`, seem to run off, check that they do not.

    Raises:
        Separated: no finite estimate exists; the message names the terms.
        NotConverged: as `climbed`.
    """
    try:
        summit = climbed(problem, values, tolerance, limit)
    except NotConverged:
        if names:
            check_not_separated(problem, names)
        raise
    terms = summit.values[problem.lines.size + problem.model.has_parameter :]
    if (np.abs(terms) * problem.lines.reach()).max(initial=0.0) > FAR:
        check_not_separated(problem, names)
    return summit


def check_not_separated(problem: Problem[TermedLines], names: tuple[str, ...]) -> None:
    """Check that no direction parts winners from losers; a prior leaves no direction to strengths.

    Raises:
        Separated: one does; the message names the fewest terms that do it.
    """
    lines, size = problem.lines.singly(), problem.lines.size
    free = np.ones(size + len(names) + 1)
    free[: size if problem.prior > 0.0 else 1] = 0.0
    free[-1] = problem.model.has_parameter
    if not _separated(lines, free):
        return
    terms = range(size, size + len(names))
    for term in terms:
        free[term] = 0.0
        free[term] = not _separated(lines, free)
    guilty = [repr(name) for name, term in zip(names, terms, strict=True) if free[term]]
    by = ", ".join(guilty) or "who was compared"
    raise Separated(f"no finite estimate exists: winners and losers are told apart by {by}")


def _separated(lines: Comparisons, free: FloatArray) -> bool:
    """Tell whether a direction parts winners from losers, of coefficients that are `free`, shape (P,).

    The programme is asked of some lines, and of those besides that contradict its answer.
    """
    every = np.arange(len(lines.first))
    some = every[:: _stride(len(every))]
    while True:
        found = _parting(_asked(lines, some), free)
        if found is None:
            return False
        contradict = np.setdiff1d(_contradicting(lines, found), some)
        if not len(contradict):
            return True
        some = np.append(some, contradict[:: _stride(len(contradict))])


def _stride(lines: int) -> int:
    return max(1, -(-lines // AT_ONCE))


def _asked(lines: Comparisons, some: IntArray) -> FloatArray:
    """Give what a direction must not make negative: a row for each, strengths, terms and ties in columns."""
    size, terms = lines.size, lines.terms
    won, lost, tied = (votes[some] > 0.0 for votes in lines.votes)
    lead = np.zeros((len(some), size + len(terms) + 1))
    rows = np.arange(len(some))
    lead[rows, lines.first[some]], lead[rows, lines.second[some]] = 1.0, -1.0
    lead[:, size:-1] = terms[:, some].T
    tie = np.zeros_like(lead)
    tie[:, -1] = 1.0
    wins, losses = (lead[won], (lead - tie)[won]), (-lead[lost], -(lead + tie)[lost])
    return np.concatenate([*wins, *losses, (tie - lead)[tied], (tie + lead)[tied]])


def _parting(asked: FloatArray, free: FloatArray) -> FloatArray | None:
    """Give a direction, shape (P,), that makes nothing asked negative and something positive, if any."""
    none = np.empty((0, len(free))), np.empty(0)
    bounds = np.stack([-free, free], axis=1)
    found = solved(-asked.sum(axis=0), (-asked, np.zeros(len(asked))), none, bounds).found
    parts = np.abs(found).max() > LARGE and (asked @ found).max() > NEGLIGIBLE
    return found if parts else None


def _contradicting(lines: Comparisons, found: FloatArray) -> IntArray:
    """List the lines that a direction does not explain, shape (C,)."""
    lead, tie = lines.log_odds(found[: lines.size], found[lines.size : -1]), found[-1]
    won, lost, tied = (votes > 0.0 for votes in lines.votes)
    least = np.full(len(lead), np.inf)
    least[won] = (lead - max(tie, 0.0))[won]
    least[lost] = np.minimum(least, -lead - max(tie, 0.0))[lost]
    least[tied] = np.minimum(least, tie - np.abs(lead))[tied]
    return np.flatnonzero(least < -NEGLIGIBLE)
