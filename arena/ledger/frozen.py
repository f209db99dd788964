"""The documents that are frozen before a round opens, and their hashes."""

import hashlib
import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from arena.contest.contest import Contest
from arena.contest.roster import Contestant, ContestantId, Roster
from arena.contest.rules import (
    PLACES,
    BothBad,
    DecisionRule,
    Decoding,
    Exclusions,
    Openings,
    PointsRule,
    Reveal,
    RoundId,
    Rules,
    Seal,
    Speed,
    Ties,
    Track,
    Verdict,
    Witnesses,
)
from arena.errors import BadFolder, NotAnEntry
from arena.ledger.canonical import Canonical, canonical

UNLIKE = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError, NotAnEntry)
"""What reading a document of another form can raise."""

MOST_CONTESTANTS = 100
"""A block of pairs grows with their square: a hostile roster would keep a verifier drawing for days."""
MOST_CONTROLS = 100
DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,400})?", re.ASCII)
SHARE = re.compile(rf"0|1|0\.[0-9]{{0,{PLACES - 1}}}[1-9]", re.ASCII)
"""A number from 0 to 1 in one form alone, the shortest."""


def document_hash(document: Canonical) -> str:
    """Give the hex SHA-256 of the canonical bytes of a document."""
    return hashlib.sha256(canonical(document)).hexdigest()


def contest_document(contest: Contest) -> dict[str, Canonical]:
    """Give `rules.json`: all that could change a result. Endpoints and keys are not in it: they may move."""
    return {"roster": roster_document(contest.roster), "rules": rules_document(contest.rules)}


def rules_document(rules: Rules) -> dict[str, Canonical]:
    """Give the rules; numbers with a fraction are texts, moments are ISO 8601 in UTC, flags are 0 or 1."""
    return {
        "beacon": rules.beacon,
        "both_bad": rules.both_bad.value,
        "categories": list(rules.categories),
        "closes": rules.closes.isoformat(),
        "controls": rules.controls,
        "decision": {
            "category_votes": rules.decision.category_votes,
            "chance": f"{rules.decision.chance:f}",
            "share": f"{rules.decision.share:f}",
            "voters": rules.decision.voters,
            "votes": rules.decision.votes,
        },
        "decoding": {
            "max_tokens": rules.decoding.max_tokens,
            "temperature": f"{rules.decoding.temperature:f}",
            "top_p": f"{rules.decoding.top_p:f}",
        },
        "exclusions": {
            "one_sided_from": rules.exclusions.one_sided_from,
            "votes_per_minute": rules.exclusions.votes_per_minute,
        },
        "given_up_per_person": rules.given_up_per_person,
        "max_prompt": rules.max_prompt,
        "max_turns": rules.max_turns,
        "openings": rules.openings.value,
        "opens": rules.opens.isoformat(),
        "points": rules.points,
        "points_rule": rules.points_rule.value,
        "rehearsal": int(rules.rehearsal),
        "reveal": rules.reveal.value,
        "round": rules.round_id,
        "scoring": [track.value for track in rules.scoring],
        "speed": rules.speed.value,
        "standings": rules.standings.value,
        "system_prompt": rules.system_prompt,
        "ties": rules.ties.value,
        "titles": dict(rules.titles),
        "tracks": [track.value for track in rules.tracks],
        "verdicts": [verdict.value for verdict in rules.verdicts],
        "votes_per_person": rules.votes_per_person,
        "witnesses": {"keys": list(rules.witnesses.keys), "quorum": rules.witnesses.quorum},
    }


def roster_document(roster: Roster) -> list[Canonical]:
    """Give the roster, in the order of declaration (pairing depends on it)."""
    return [_contestant_document(contestant) for contestant in roster.contestants]


def _contestant_document(contestant: Contestant) -> dict[str, Canonical]:
    """Give a contestant; only a reference says that it is one."""
    said: dict[str, Canonical] = {
        "aliases": list(contestant.aliases),
        "id": contestant.id,
        "images": int(contestant.images),
        "name": contestant.name,
        "served_model": contestant.served_model,
        "team": contestant.team,
        "weights": contestant.weights,
    }
    return {**said, "reference": 1} if contestant.reference else said


def differences(before: Canonical, after: Canonical, where: str = "") -> list[str]:
    """Name the fields in which two documents differ, as `rules.max_turns: 4 → 5`."""
    if isinstance(before, dict) and isinstance(after, dict):
        found: list[str] = []
        for key in sorted(before.keys() | after.keys()):
            place = f"{where}.{key}".strip(".")
            found += differences(before.get(key, "(none)"), after.get(key, "(none)"), place)
        return found
    if isinstance(before, list) and isinstance(after, list) and _comparable(before, after):
        pairs = zip(before, after, strict=True)
        return [line for place, pair in enumerate(pairs) for line in differences(*pair, f"{where}[{place}]")]
    return [] if before == after else [f"{where}: {before} → {after}"]


def _comparable(before: list[Canonical], after: list[Canonical]) -> bool:
    """Tell whether two lists hold as many mappings, so that each can be compared with its like."""
    return len(before) == len(after) and all(isinstance(item, dict) for item in (*before, *after))


def contest_of(document: Any) -> Contest:
    """Read `rules.json` back; addresses and keys of servers are not in it and stay empty.

    Raises:
        BadFolder: it is not such a document, to the last field.
    """
    try:
        contest = _contest(document)
        written = canonical(contest_document(contest)) == canonical(document)
    except UNLIKE as error:
        raise BadFolder(f"is not a document of rules and roster: {error}") from error
    if not written:
        raise BadFolder("holds fields that this version does not know, or in another form")
    ids = contest.roster.ids
    if len(set(ids)) != len(ids) or not 2 <= len(ids) <= MOST_CONTESTANTS:
        raise BadFolder(f"has a roster that is not of 2 to {MOST_CONTESTANTS} contestants, or with one twice")
    if len(contest.roster.rated) < 2:
        raise BadFolder("has a roster with fewer than two contestants that are no references")
    if any(len(contest.entered(track)) < 2 for track in contest.rules.tracks):
        raise BadFolder("has a track of pictures, and not two contestants that take them")
    if not 0 <= contest.rules.controls <= MOST_CONTROLS:
        raise BadFolder(f"has rules with more than {MOST_CONTROLS} controls in a block, or fewer than none")
    return contest


def _contest(document: Any) -> Contest:
    return Contest(_rules_of(document["rules"]), Roster(tuple(map(_contestant_of, document["roster"]))))


def _rules_of(rules: Any) -> Rules:
    decoding, exclusions, witnesses = rules["decoding"], rules["exclusions"], rules["witnesses"]
    return Rules(
        round_id=RoundId(_text(rules["round"])),
        titles={language: _text(title) for language, title in rules["titles"].items()},
        opens=_moment(rules["opens"]),
        closes=_moment(rules["closes"]),
        rehearsal=bool(rules["rehearsal"]),
        reveal=Reveal(rules["reveal"]),
        standings=Seal(rules["standings"]),
        speed=Speed(rules["speed"]),
        tracks=tuple(map(Track, rules["tracks"])),
        scoring=tuple(map(Track, rules["scoring"])),
        verdicts=tuple(map(Verdict, rules["verdicts"])),
        max_turns=_whole(rules["max_turns"]),
        max_prompt=_whole(rules["max_prompt"]),
        votes_per_person=_whole(rules["votes_per_person"]),
        given_up_per_person=_whole(rules["given_up_per_person"]),
        controls=_whole(rules["controls"]),
        categories=tuple(map(_text, rules["categories"])),
        decoding=Decoding(
            temperature=_decimal(decoding["temperature"]),
            top_p=_decimal(decoding["top_p"]),
            max_tokens=_whole(decoding["max_tokens"]),
        ),
        system_prompt=_text(rules["system_prompt"]),
        points=_whole(rules["points"]),
        points_rule=PointsRule(rules["points_rule"]),
        ties=Ties(rules["ties"]),
        both_bad=BothBad(rules["both_bad"]),
        beacon=_text(rules["beacon"]),
        openings=Openings(rules["openings"]),
        exclusions=Exclusions(_whole(exclusions["votes_per_minute"]), _whole(exclusions["one_sided_from"])),
        decision=_decision_of(rules["decision"]),
        witnesses=Witnesses(tuple(map(_text, witnesses["keys"])), _whole(witnesses["quorum"])),
    )


def _decision_of(decision: Any) -> DecisionRule:
    return DecisionRule(
        chance=_share(decision["chance"]),
        voters=_number(decision["voters"]),
        share=_share(decision["share"]),
        votes=_number(decision["votes"]),
        category_votes=_number(decision["category_votes"]),
    )


def _contestant_of(contestant: Any) -> Contestant:
    return Contestant(
        id=ContestantId(_text(contestant["id"])),
        team=_text(contestant["team"]),
        name=_text(contestant["name"]),
        aliases=tuple(map(_text, contestant["aliases"])),
        endpoints=(),
        served_model=_text(contestant["served_model"]),
        key_env="",
        images=bool(contestant["images"]),
        weights=_text(contestant["weights"]),
        reference="reference" in contestant,
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is not a whole number")
    return value


def _number(value: Any) -> int:
    number = _whole(value)
    if number < 0:
        raise ValueError(f"{number} is less than none")
    return number


def _share(value: Any) -> Decimal:
    if not SHARE.fullmatch(_text(value)):
        raise ValueError(f"{value!r} is not a number from 0 to 1 in its shortest form")
    return Decimal(value)


def _decimal(value: Any) -> Decimal:
    """Read a number as it is frozen; an exponent could stand for more digits than there is memory."""
    if not DECIMAL.fullmatch(_text(value)):
        raise ValueError(f"{value!r} is not a decimal number")
    return Decimal(value)


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"{value!r} has no offset from UTC")
    return moment
