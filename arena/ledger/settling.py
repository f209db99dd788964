"""What follows the last vote: what was left out, by which rule, and the results that were committed.

Nothing is cast or withdrawn once the first of this is on record, so what the rules leave out is derived once.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from arena.contest.battle import VoterId
from arena.contest.contest import Contest
from arena.contest.exclusion import Cast, Rule, derived
from arena.contest.rules import Verdict
from arena.ledger.findings import Findings
from arena.ledger.flaws import Flaw
from arena.ledger.lines import OPENINGS
from arena.ledger.told import At, Settled, Told, is_standing


class Settling:
    """Listens to exclusions and results, and notes those that cannot be; a blind one derives nothing."""

    def __init__(self, contest: Contest, told: Told, findings: Findings) -> None:
        """Add to what was `told` of a round of `contest`."""
        self.is_blind = False
        self._contest = contest
        self._scoring = contest.scoring
        self._told = told
        self._findings = findings
        self._derived: Mapping[Rule, tuple[int, ...]] | None = None

    def excluded(self, at: At, payload: Mapping[str, Any]) -> None:
        """Take an Excluded entry: votes that a rule names or somebody has decided on, or a contestant."""
        rule, refs = payload["rule"], payload["refs"]
        if rule not in set(Rule):
            self._flaw(Flaw.BAD_EXCLUSION, at, rule)
        elif rule == Rule.CONTESTANT_REMOVED:
            self._remove(at, payload)
        elif payload["contestant"] or not refs or not self._are_standing(refs):
            self._flaw(Flaw.BAD_EXCLUSION, at, rule)
        else:
            self._exclude(at, payload)

    def _remove(self, at: At, payload: Mapping[str, Any]) -> None:
        contestant = payload["contestant"]
        known = contestant in self._contest.roster.rated and contestant not in self._told.removed
        if payload["refs"] or not payload["reason"] or not known:
            self._flaw(Flaw.BAD_EXCLUSION, at, payload["rule"])
        else:
            self._told.removed.append(contestant)

    def _exclude(self, at: At, payload: Mapping[str, Any]) -> None:
        rule = Rule(payload["rule"])
        if rule is Rule.DECISION and not payload["reason"]:
            self._flaw(Flaw.BAD_EXCLUSION, at, rule)
        named = None if rule is Rule.DECISION else set(self._derivation().get(rule, ()))
        for ref in payload["refs"]:
            if ref in self._told.excluded:
                self._flaw(Flaw.BAD_EXCLUSION, at, ref)
            elif named is not None and ref not in named:
                self._flaw(Flaw.NOT_DERIVED, at, rule, ref)
            else:
                self._told.excluded[ref] = rule

    def _are_standing(self, refs: Sequence[int]) -> bool:
        """Tell whether these are cast votes of tracks that score, and were not withdrawn."""
        named = set(refs)
        found = self._told.battles.voted(named)
        return named == {battle.vote for battle in found if is_standing(self._scoring, battle)}

    def _derivation(self) -> Mapping[Rule, tuple[int, ...]]:
        """What the rules exclude; nothing is cast or withdrawn after the first who asks."""
        if self._derived is None:
            votes = (
                Cast(sequence=one.vote, voter=VoterId(one.voter), verdict=Verdict(one.verdict), time=one.time)
                for one in self._told.battles
                if is_standing(self._scoring, one) and one.verdict in self._contest.rules.verdicts
            )
            self._derived = derived(self._contest.rules.exclusions, votes)
        return self._derived

    def result_committed(self, at: At, payload: Mapping[str, Any]) -> None:
        """Take a ResultCommitted entry, which settles what is left out so far."""
        for rule, refs in () if self.is_blind else self._derivation().items():
            for ref in refs:
                if ref not in self._told.excluded:
                    self._flaw(Flaw.NOT_EXCLUDED, at, rule, ref)
        number = len(self._told.settled) + 1
        if payload["number"] != number:
            self._flaw(Flaw.RESULT_NUMBER, at, number)
        removed = tuple(sorted(self._told.removed))
        self._told.settled.append(Settled(number, payload["commitment"], dict(self._told.excluded), removed))

    def result_opened(self, at: At, payload: Mapping[str, Any]) -> None:
        """Take a ResultOpened entry, of the result committed last."""
        last = self._told.settled[-1] if self._told.settled else None
        if last is None or (last.number, last.commitment) != (payload["number"], payload["commitment"]):
            self._flaw(Flaw.EARLY_RESULT, at)
        else:
            self._told.salts[last.number] = bytes.fromhex(payload["salt"])

    def _flaw(self, flaw: Flaw, at: At, *details: object) -> None:
        self._findings.found(flaw, OPENINGS, at.line, *details)
