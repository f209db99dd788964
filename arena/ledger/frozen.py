"""The documents that are frozen before a round opens, and their hashes."""

import hashlib

from arena.contest.contest import Contest
from arena.contest.roster import Roster
from arena.contest.rules import Rules
from arena.ledger.canonical import Canonical, canonical


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
    return [
        {
            "aliases": list(contestant.aliases),
            "id": contestant.id,
            "images": int(contestant.images),
            "name": contestant.name,
            "served_model": contestant.served_model,
            "team": contestant.team,
            "weights": contestant.weights,
        }
        for contestant in roster.contestants
    ]


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
