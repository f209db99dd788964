"""Votes for tests of what is made of them: cast through the service, or put straight on the record."""

from dataclasses import replace
from random import Random

from arena.contest.battle import Battle, BattleId, Side, Stage, Turn
from arena.contest.rules import Track, Verdict
from arena.ledger import payloads
from arena.ledger.entries import EntryType
from arena.reporting.truth import Truth
from arena.service.citizens import CONSENT
from arena.store import battles, casting, record

REPLIES = {Side.A: "첫째 답", Side.B: "둘째 답"}


def newcomer(arena):
    """A citizen who has just consented."""
    return arena.citizens.voter(arena.citizens.consent(None, CONSENT))


def seats_of(arena, battle):
    """Who really sat on each side."""
    with arena.store.reading() as connection:
        return battles.find(connection, battle.id).seats


def cast(arena, voter, verdict, category="general"):
    """One whole battle, voted on."""
    opened = arena.citizens.open_battle(arena.citizens.new_battle_id(), voter, "질문", category, "ko")
    arena.citizens.answered(opened.id, REPLIES)
    arena.citizens.cast_vote(opened.id, voter, verdict)
    return opened


def cast_many(arena, voters=10, each=4, seed=7):
    """Votes by known strengths; gives (voter, side A, side B, verdict) of each, in the order of voting.

    Seats are by chance: whoever has not met anybody yet ties, or one in some hundred records would have a
    contestant that always wins, and no finite standings.
    """
    random, truth, said, met = Random(seed), Truth(arena.contest.roster), [], set()
    for _ in range(voters):
        voter = newcomer(arena)
        tastes = truth.voter(random, voter)
        for _ in range(each):
            opened = arena.citizens.open_battle(arena.citizens.new_battle_id(), voter, "질문", "law", "ko")
            seats = seats_of(arena, opened)
            verdict = truth.verdict(random, tastes, seats[Side.A], seats[Side.B])
            pair = set(seats.values())
            if len(pair) == len(Side) and not pair <= met:  # no control, of which no vote scores
                verdict, met = Verdict.TIE, met | pair
            arena.citizens.answered(opened.id, REPLIES)
            arena.citizens.cast_vote(opened.id, voter, verdict)
            said.append((voter, seats[Side.A], seats[Side.B], verdict))
    return said


def panel_vote(arena, number=1, verdict=Verdict.A):
    """A vote of the citizens' panel, written straight to the store: no door opens panels yet."""
    first, second = arena.contest.roster.ids[:2]
    battle = Battle(
        id=BattleId(f"panel-{number}"),
        round_id=arena.contest.rules.round_id,
        track=Track.CITIZEN_PANEL,
        number=number,
        seats={Side.A: first, Side.B: second},
        voter=newcomer(arena),
        category="general",
        language="ko",
        opened_at=arena.clock(),
        stage=Stage.VOTED,
        turns=(Turn("질문", REPLIES),),
        verdict=verdict,
    )
    with arena.store.writing() as connection:
        battles.insert_battle(connection, battle)
        payload = payloads.vote_cast(battle, verdict, 1, b"r" * 16)
        entry = record.append(connection, EntryType.VOTE_CAST, arena.clock(), payload, b"s" * 16)
        casting.insert_votes(connection, [(battle, 1, entry)], arena.clock())


def changed(contest, **rules):
    """The same contest under other rules."""
    return replace(contest, rules=replace(contest.rules, **rules))
