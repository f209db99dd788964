"""What hypothesis draws for many tests: contests, battles, prompts and payloads."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from arena.contest.battle import Battle, BattleId, Side, Stage, Turn, VoidReason, VoterId
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

# How long an example takes says nothing about the arena: machines are busy.

IDS = tuple(ContestantId(name) for name in ("one", "two", "three", "four", "five", "six"))
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds
CATEGORIES = ("general", "law", "coding")


def several(values):
    """One or more of `values`, each once, in any order."""
    return st.lists(st.sampled_from(list(values)), min_size=1, unique=True).map(tuple)


def decimals(high):
    """A number of 0 … `high` with two places, as a declaration gives it."""
    return st.integers(0, high * 100).map(lambda cents: (Decimal(cents) / 100).normalize())


def decision_rules():
    """What a verdict takes, in any round."""
    counts = st.integers(0, 10**9)
    shares = st.integers(0, 10**6).map(lambda millionths: (Decimal(millionths) / 10**6).normalize())
    return st.builds(DecisionRule, shares, counts, shares, counts, counts)


def rosters(least=2):
    """A roster of `least` to 6 contestants, of which the last may be references."""
    sizes = st.integers(least, 6).flatmap(
        lambda count: st.tuples(st.just(count), st.integers(0, count - least))
    )
    return sizes.map(lambda drawn: _roster(*drawn))


def _roster(count, references):
    return Roster(
        tuple(
            Contestant(
                id=name,
                team=f"team {name}",
                name=f"model {name}",
                aliases=(f"alias {name}",),
                endpoints=(f"http://{name}:8000",),
                served_model=f"served-{name}",
                key_env="",
                images=True,
                weights="",
                reference=place >= count - references,
            )
            for place, name in enumerate(IDS[:count])
        )
    )


@st.composite
def rules(draw):
    """The rules of any round."""
    opens = draw(MOMENTS)
    tracks = draw(several(Track))
    return Rules(
        round_id=RoundId("round-1"),
        titles={"ko": draw(WORDS), "en": draw(WORDS)},
        opens=opens,
        closes=opens + timedelta(seconds=draw(st.integers(1, 10**7))),
        rehearsal=draw(st.booleans()),
        reveal=draw(st.sampled_from(Reveal)),
        standings=draw(st.sampled_from(Seal)),
        speed=draw(st.sampled_from(Speed)),
        tracks=tracks,
        scoring=draw(several(tracks)),
        verdicts=tuple(Verdict),
        max_turns=draw(st.integers(1, 20)),
        max_prompt=draw(st.integers(10, 100_000)),
        votes_per_person=draw(st.integers(1, 100_000)),
        given_up_per_person=draw(st.integers(0, 100_000)),
        controls=draw(st.integers(0, 100)),
        categories=CATEGORIES,
        decoding=Decoding(draw(decimals(2)), draw(decimals(1)), draw(st.integers(1, 100_000))),
        system_prompt=draw(WORDS | st.just("")),
        points=draw(st.integers(1, 1000)),
        points_rule=PointsRule.MEAN_WIN_PROBABILITY,
        ties=Ties.HALF,
        both_bad=draw(st.sampled_from(BothBad)),
        beacon=draw(WORDS | st.just("")),
        openings=draw(st.sampled_from(Openings)),
        exclusions=Exclusions(draw(st.integers(0, 1000)), draw(st.integers(0, 1000))),
        decision=draw(decision_rules()),
        witnesses=Witnesses((), 0),
    )


def contests():
    """Rules and a roster."""
    return st.builds(Contest, rules=rules(), roster=rosters())


@st.composite
def battles(draw, stages=tuple(Stage)):
    """A battle at one of `stages`, with the turns, reason and verdict that the stage means."""
    stage = draw(st.sampled_from(stages))
    replies = st.fixed_dictionaries(dict.fromkeys(Side, WORDS))
    turns = draw(st.lists(st.builds(Turn, prompt=WORDS, replies=replies), min_size=1, max_size=4))
    if stage is Stage.ANSWERING:
        turns[-1] = Turn(turns[-1].prompt)
    first, second = draw(st.permutations(IDS))[:2]
    return Battle(
        id=BattleId("battle-1"),
        round_id=RoundId("round-1"),
        track=draw(st.sampled_from(Track)),
        number=draw(st.integers(1, 10**6)),
        seats={Side.A: first, Side.B: second},
        voter=VoterId("VOTER"),
        category=draw(st.sampled_from(CATEGORIES)),
        language=draw(st.sampled_from(["ko", "en"])),
        opened_at=draw(MOMENTS),
        stage=stage,
        turns=tuple(turns),
        void_reason=draw(st.sampled_from(VoidReason)) if stage is Stage.VOID else None,
        verdict=draw(st.sampled_from(Verdict)) if stage is Stage.VOTED else None,
    )


KEYS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=8)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
INTEGERS = st.integers(-(2**53) + 1, 2**53 - 1)
VALUES = st.recursive(
    TEXTS | INTEGERS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
PAYLOADS = st.dictionaries(KEYS, VALUES, max_size=5)
"""What the ledger can hold."""
