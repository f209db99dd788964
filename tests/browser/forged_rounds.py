"""Rounds that the operator himself forges: entries changed, then sealed and signed as if they were true."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from arena.contest.rules import Exclusions
from arena.ledger.frozen import contest_document
from tests.scribe import Scribe, jcs, sha


def payload(scribe: Scribe, kind: str, nth: int = 0) -> dict:
    """Give the payload of an entry that a forger changes."""
    return [entry for entry in scribe.told.entries if entry.kind == kind][nth].payload


def reruled(scribe: Scribe, **rules: object) -> None:
    """Pretend that other rules had been frozen."""
    changed = replace(scribe.contest, rules=replace(scribe.contest.rules, **rules))
    scribe.contest = scribe.told.contest = changed
    payload(scribe, "RulesFrozen")["hash"] = sha(jcs(contest_document(changed)))


def swapped_seats(scribe: Scribe) -> None:
    """Give the sides of a battle to the other contestants."""
    sides = payload(scribe, "BattleOpened", 5)["seats"]
    sides["a"], sides["b"] = sides["b"], sides["a"]


def second_vote(scribe: Scribe) -> None:
    """Make a second vote on a battle out of a void one."""
    void = next(entry for entry in scribe.told.entries if entry.kind == "BattleVoided")
    void.kind, void.payload = "VoteCast", dict(payload(scribe, "VoteCast"))


def rewritten(scribe: Scribe, change: Callable[[dict], None]) -> None:
    """Commit a result that does not follow from the votes."""
    salt, document = scribe.told.results[-1]
    result = json.loads(document)
    change(result)
    scribe.told.results[-1] = (salt, jcs(result))
    for kind in ("ResultCommitted", "ResultOpened"):
        payload(scribe, kind, -1)["commitment"] = sha(salt + jcs(result))


def miscount_voters(result: dict) -> None:
    """Say that more people voted."""
    result["results"]["as_cast"].update(voters=99)


def remove_one(result: dict) -> None:
    """Say that a contestant had been removed."""
    result["results"].update(removed=["susukkang"])


def raise_points(result: dict) -> None:
    """Give the second a little more."""
    result["results"]["after_exclusions"]["rows"][1]["points"] = "12.909747929"


def late_alarm(scribe: Scribe) -> None:
    """Let a canary alarm when the round is closed."""
    entries = scribe.told.entries
    alarm = next(entry for entry in entries if entry.kind == "CanaryAlarmed")
    closed = next(entry for entry in entries if entry.kind == "RoundClosed")
    alarm.kind, closed.kind = closed.kind, alarm.kind
    alarm.payload, closed.payload = closed.payload, alarm.payload


def opened_first(scribe: Scribe) -> None:
    """Open the result before it is committed."""
    entries = scribe.told.entries
    place = next(place for place, entry in enumerate(entries) if entry.kind == "ResultCommitted")
    committed, opened = entries[place : place + 2]
    committed.time = opened.time
    entries[place : place + 2] = [opened, committed]


FOR_EVERYONE = ("points in a committed result", "a hash of the public votes in a committed result")
"""Forgeries of scores that a public folder gives away as well."""

FORGED = {
    "seats swapped": ("pairing", swapped_seats),
    "a number left out": ("pairing", lambda made: payload(made, "BattleOpened", -1).update(number=999)),
    "another secret": ("pairing", lambda made: payload(made, "SeedRevealed").update(secret="11" * 32)),
    "another nonce": (
        "pairing",
        lambda made: payload(made, "BeaconDrawn")["nonces"].update(susukkang="22" * 32),
    ),
    "a nonce left out": ("pairing", lambda made: payload(made, "BeaconDrawn")["nonces"].pop("susukkang")),
    "a nonce of a stranger": (
        "pairing",
        lambda made: [
            payload(made, kind)["nonces"].update(nobody="22" * 32)
            for kind in ("SeedCommitted", "BeaconDrawn")
        ],
    ),
    "another beacon": ("pairing", lambda made: payload(made, "BeaconDrawn").update(beacon="3.14")),
    "another source of the beacon": (
        "pairing",
        lambda made: payload(made, "SeedCommitted").update(beacon="dice"),
    ),
    "a vote without its battle": ("votes", lambda made: payload(made, "VoteCast").update(battle="none")),
    "a vote before the replies": ("votes", lambda made: payload(made, "RepliesCommitted").update(turn=2)),
    "a second vote": ("votes", second_vote),
    "another voter": ("votes", lambda made: payload(made, "VoteCast", 3).update(voter="someone")),
    "a vote counted twice": ("votes", lambda made: payload(made, "VoteCast", -1).update(nth=1)),
    "over the cap": ("votes", lambda made: reruled(made, votes_per_person=3)),
    "after closing": (
        "votes",
        lambda made: reruled(made, closes=made.contest.rules.opens + timedelta(minutes=9)),
    ),
    "before opening": (
        "votes",
        lambda made: reruled(made, opens=made.contest.rules.opens + timedelta(minutes=9)),
    ),
    "a vote withdrawn by another": (
        "votes",
        lambda made: payload(made, "VoteWithdrawn").update(voter="someone"),
    ),
    "an alarm of nobody": ("votes", lambda made: payload(made, "CanaryAlarmed").update(contestant="nobody")),
    "an alarm without cause": ("votes", lambda made: payload(made, "CanaryAlarmed").update(p=10_000_001)),
    "an alarm raised twice": (
        "votes",
        lambda made: payload(made, "CanaryAlarmed").update(look=2, contestant="susukkang"),
    ),
    "an alarm after the close": ("votes", late_alarm),
    "fewer votes at the close": ("votes", lambda made: payload(made, "RoundClosed").update(votes=1)),
    "votes left out without a rule": ("exclusions", lambda made: reruled(made, exclusions=Exclusions(0, 0))),
    "votes not left out": ("exclusions", lambda made: reruled(made, exclusions=Exclusions(1, 3))),
    "one vote not left out": ("exclusions", lambda made: payload(made, "Excluded")["refs"].pop()),
    "an unknown rule": ("exclusions", lambda made: payload(made, "Excluded").update(rule="taste")),
    "points in a committed result": ("scores", lambda made: rewritten(made, raise_points)),
    "voters in a committed result": ("scores", lambda made: rewritten(made, miscount_voters)),
    "a hash of the public votes in a committed result": (
        "scores",
        lambda made: rewritten(made, lambda result: result.update(votes_public="44" * 32)),
    ),
    "a contestant removed in a committed result": ("scores", lambda made: rewritten(made, remove_one)),
    "another result opened": (
        "result",
        lambda made: payload(made, "ResultOpened").update(commitment="33" * 32),
    ),
    "opened before it was committed": ("result", opened_first),
}
