"""The export folder of a round that the scribe has written, as bytes by name."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from arena.contest.contest import Contest
from arena.contest.roster import Contestant, ContestantId, Roster
from arena.contest.rules import (
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
from arena.ledger.frozen import contest_document
from arena.reporting.score_files import score_files, scored
from tests.scribe import (
    LOG,
    NEXT_LOG,
    ORIGIN,
    TO_ALL,
    WITNESS,
    Plan,
    Scribe,
    cells,
    jcs,
    opened_lines,
    own_places,
    sha,
    signed,
)

NAMES = {
    "gulleongsoe": ("툇마루 연구모임", "굴렁쇠"),
    "beodeulchi": ("개울가 작업실", "버들치"),
    "susukkang": ("뒤뜰 공작소", "수수깡"),
    "mulsujebi": ("여울목 실험실", "물수제비"),
    "bujikkaengi": ("아궁이 동아리", "부지깽이"),
    "banditbul": ("언덕배기 동아리", "반딧불"),
}
OPENS = datetime(2026, 12, 1, tzinfo=UTC)


def contest(size: int = 4, *, days: int = 7, seeing: int = 0, references: int = 0, **rules) -> Contest:
    """A contest of demo contestants; `rules` are other than these.

    The last `seeing` of them take pictures, and the last `references` are no contestants but references.
    """
    made = Rules(
        round_id=RoundId("golden-1"),
        titles={"ko": "검증 연습", "en": "Practice of checking"},
        opens=OPENS,
        closes=OPENS + timedelta(days=days),
        rehearsal=True,
        reveal=Reveal.AFTER_ROUND,
        standings=Seal.SEALED,
        speed=Speed.HIDDEN,
        tracks=(Track.OPEN,),
        scoring=(Track.OPEN,),
        verdicts=tuple(Verdict),
        max_turns=3,
        max_prompt=4000,
        votes_per_person=20,
        given_up_per_person=20,
        controls=1,
        categories=("general", "law", "writing"),
        decoding=Decoding(Decimal("0.7"), Decimal("0.95"), 1024),
        system_prompt="질문한 사람의 언어로 답하세요.",
        points=25,
        points_rule=PointsRule.MEAN_WIN_PROBABILITY,
        ties=Ties.HALF,
        both_bad=BothBad.TIE,
        beacon="digits of e",
        openings=Openings.AUDITORS,
        exclusions=Exclusions(votes_per_minute=2, one_sided_from=4),
        decision=DecisionRule(
            chance=Decimal("0.9"), voters=2, share=Decimal("0.02"), votes=20, category_votes=100
        ),
        witnesses=Witnesses((WITNESS.vkey,), 1),
    )
    changed = {name: getattr(made, name) for name in made.__slots__} | rules
    roster = tuple(
        _contestant(name, images=place >= size - seeing, reference=place >= size - references)
        for place, name in enumerate(NAMES)
    )
    return Contest(Rules(**changed), Roster(roster[:size]))


def _contestant(name: str, *, images: bool, reference: bool) -> Contestant:
    team, shown = NAMES[name]
    return Contestant(
        id=ContestantId(name),
        team=team,
        name=shown,
        aliases=(name.capitalize(),),
        endpoints=(f"demo://{name}",),
        served_model=name,
        key_env="",
        images=images,
        weights="",
        reference=reference,
    )


def scribed(asked: Contest, plan: Plan) -> Scribe:
    """A round told to its end."""
    scribe = Scribe(asked, plan)
    scribe.tell()
    return scribe


def folder(scribe: Scribe, *, auditors: bool = True) -> dict[str, bytes]:
    """The files of an export."""
    told, asked = scribe.told, scribe.contest
    lines = told.lines()
    notes = signed(told, lines, told.sizes, told.entries[-1].time)
    standings = scored(asked, cells(scribe.counting()), sorted(scribe.gone))
    rotated = any(entry.kind == "KeyRotated" for entry in told.entries)
    files = {
        "rules.json": jcs(contest_document(asked)),
        "keys.txt": "".join(f"{key.vkey}\n" for key in ([LOG, NEXT_LOG] if rotated else [LOG])).encode(),
        "ledger.jsonl": b"".join(line + b"\n" for line in lines),
        "checkpoints.jsonl": b"".join(jcs({"note": note}) + b"\n" for note in notes),
        "checkpoint.txt": notes[-1].encode(),
        "openings.jsonl": b"".join(line + b"\n" for line in opened_lines(told, auditors=auditors)),
        **votes_files(scribe, auditors=auditors),
        **score_files(asked, standings),
    }
    if scribe.plan.publish:
        for number, (_, document) in enumerate(told.results, start=1):
            last = number == len(told.results)
            files["result.json" if last else f"result-{number}.json"] = document
    return with_manifest(files)


def votes_files(scribe: Scribe, *, auditors: bool) -> dict[str, bytes]:
    """The votes as auditors see them, or as everyone does where openings are left out."""
    own = own_places(scribe.told)
    hides = any(scribe.told.entries[seq].kind not in TO_ALL for seq in own)
    if auditors or scribe.contest.rules.openings is Openings.PUBLIC or not hides:
        return {"votes.csv": scribe.votes_csv(), "votes_excluded.csv": scribe.excluded_csv()}
    return {"votes.csv": scribe.public_csv()}


def with_manifest(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same files with the manifest that fits them."""
    others = {name: content for name, content in files.items() if name != "manifest.json"}
    manifest = {
        "round": json.loads(others["rules.json"])["rules"]["round"] if "rules.json" in others else "",
        "files": {name: sha(content) for name, content in sorted(others.items())},
        "origin": ORIGIN,
        "check": "arena verify .",
    }
    return {
        **others,
        "manifest.json": json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True).encode(),
    }
