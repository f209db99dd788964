"""Votes that are put on record together, on both databases: each is judged as if it had come alone."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest

from arena.contest.battle import Side, Stage
from arena.contest.feedback import Feedback, Harm
from arena.contest.rules import Verdict
from arena.errors import (
    AlreadyVoted,
    CapReached,
    NotACitizen,
    NotAtThisStage,
    NotFound,
    RoundNotOpen,
    StoreRefused,
    StoreUnavailable,
)
from arena.service.ballot_box import BallotBox, Slip, cast_all
from arena.service.citizens import CONSENT, Citizens
from arena.service.pen import Pen
from arena.store import battles, votes
from tests.leading import ledger

SAID = Feedback(comment="좋았어요")


def waiting(arena, voter=None):
    """A battle that waits for the vote of a citizen, a new one unless she is named."""
    voter = voter or arena.citizens.voter(arena.citizens.consent(None, CONSENT))
    made = arena.citizens.open_battle(arena.citizens.new_battle_id(), voter, "질문", "general", "ko")
    arena.citizens.answered(made.id, {Side.A: "가", Side.B: "나"})
    return made


def slip(battle, verdict=Verdict.A, voter=None, said=None):
    return Slip(battle.id, voter or battle.voter, verdict, said)


@contextmanager
def writing(arena):
    """A pen of one transaction."""
    with arena.store.writing() as connection:
        yield Pen(connection, arena.clock(), arena.chance)


def together(arena, *slips):
    """Put votes on record in one transaction; give what each was told."""
    with writing(arena) as pen:
        return cast_all(pen, arena.contest.rules, slips)


def cast_entries(arena):
    return [payload for kind, payload in ledger(arena) if kind == "VoteCast"]


def test_votes_in_one_transaction(arena):
    """Votes that come together stand on record one after the other, in the order in which they came."""
    made = [waiting(arena) for _ in range(3)]

    told = together(arena, *(slip(battle, Verdict.TIE) for battle in made))

    assert [one.sequence for one in told] == list(range(told[0].sequence, told[0].sequence + 3))
    assert [entry["battle"] for entry in cast_entries(arena)] == [battle.id for battle in made]
    with arena.store.reading() as connection:
        assert [battles.find(connection, battle.id).stage for battle in made] == [Stage.VOTED] * 3
        kept = [votes.find(connection, battle) for battle in made]
    assert [(one.sequence, one.nth) for one in kept] == [(one.sequence, 1) for one in told]


def test_refused_vote_leaves_the_others(arena):
    """Votes that are refused leave no trace, and those beside them count as if they had come alone."""
    good, skipped, stranger = waiting(arena), waiting(arena), waiting(arena)
    arena.citizens.skip(skipped.id, skipped.voter)

    told = together(
        arena,
        slip(skipped),
        slip(good, Verdict.B),
        slip(good, voter=stranger.voter),
        Slip("no such battle", stranger.voter, Verdict.A, None),
        slip(good, Verdict.A),
        slip(good, Verdict.B),
    )

    refused = [type(one) for one in (told[0], *told[2:5])]
    assert refused == [NotAtThisStage, NotFound, NotFound, AlreadyVoted]
    assert told[1] == told[5]
    assert [entry["verdict"] for entry in cast_entries(arena)] == ["b"]


def test_cap_within_one_transaction(arena, voter):
    """The last vote that the rules give a citizen is her last, also where others are cast beside it."""
    rules = arena.contest.rules
    for _ in range(rules.votes_per_person - 1):
        battle = waiting(arena, voter)
        arena.citizens.cast_vote(battle.id, voter, Verdict.A)
    last = waiting(arena, voter)

    told = together(arena, slip(battle), slip(last))

    assert [one.votes for one in told] == [rules.votes_per_person] * 2


def test_cap(arena, voter):
    """A vote above the cap is refused, and the one beside it is not."""
    for _ in range(arena.contest.rules.votes_per_person):
        battle = waiting(arena, voter)
        arena.citizens.cast_vote(battle.id, voter, Verdict.A)
    more = replace(battle, id="f" * 32, number=99, stage=Stage.OPEN)
    with arena.store.writing() as connection:  # rules that gave more votes let her ask once more
        battles.insert_battle(connection, more)
    other = waiting(arena)

    told = together(arena, slip(more), slip(other))

    assert isinstance(told[0], CapReached)
    assert told[1].votes == 1


def test_closed_round(arena):
    """After the closing time a new vote is refused, and one that was cast keeps its receipt."""
    cast, late = waiting(arena), waiting(arena)
    (before,) = together(arena, slip(cast))
    arena.clock.now = arena.contest.rules.closes

    told = together(arena, slip(cast), slip(late))

    assert told[0] == before
    assert isinstance(told[1], RoundNotOpen)


def test_what_is_said_beside(arena):
    """What is said beside votes is kept, the last word of each; nothing is kept beside a refused one."""
    one, other = waiting(arena), waiting(arena)

    together(
        arena,
        slip(one, said=Feedback(comment="먼저")),
        slip(one, said=Feedback(comment="나중")),
        slip(one, Verdict.B, said=Feedback(comment="거절")),
        slip(other),
    )

    with arena.store.reading() as connection:
        said = [votes.feedback_of(connection, battle) for battle in (one, other)]
    assert said == [Feedback(comment="나중"), None]


def test_same_receipt_again(arena, voter):
    """A vote that comes again later, with others, gives the receipt that it gave first."""
    battle = waiting(arena, voter)
    first = arena.citizens.cast_vote(battle.id, voter, Verdict.A)

    again, _ = together(arena, slip(battle), slip(waiting(arena)))

    assert (again.sequence, again.leaf, again.votes) == (first.index, first.leaf, first.votes)


class Full:
    """A store whose disk is full when a transaction would end."""

    def __init__(self, store):
        self.store = store

    @contextmanager
    def writing(self):
        with self.store.writing() as connection:
            yield connection
            raise StoreUnavailable("the disk is full")


def test_nobody_is_told_before_the_commit(arena):
    """Where a transaction cannot end, none of its votes is acknowledged or kept, and each can come again."""
    made = [waiting(arena) for _ in range(6)]
    key = arena.secrets.get("citizen.key")
    full = Citizens(Full(arena.store), arena.round, key, arena.clock, arena.chance)

    def cast(battle):
        with pytest.raises(StoreUnavailable, match="disk is full"):
            full.cast_vote(battle.id, battle.voter, Verdict.A)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(cast, made))

    assert cast_entries(arena) == []
    receipts = [arena.citizens.cast_vote(battle.id, battle.voter, Verdict.A) for battle in made]
    assert len({receipt.index for receipt in receipts}) == 6


def test_one_vote_that_the_database_refuses(arena):
    """A vote that the database cannot even look up spoils none of those beside it."""
    battle, other = waiting(arena), waiting(arena)
    poison = Slip("\ud800", battle.voter, Verdict.A, None)

    box = BallotBox(partial(writing, arena), arena.contest.rules)
    first, refused, last = box.cast_together([slip(battle), poison, slip(other)])

    assert (first.battle.id, last.battle.id) == (battle.id, other.id)
    assert isinstance(refused, StoreRefused)
    assert len(cast_entries(arena)) == 2


@pytest.mark.parametrize("text", ["", "ab\0c", "\ud800", "x" * 32, "A" * 32, "0" * 31, "0" * 33, "가" * 32])
def test_ids_that_cannot_be(arena, voter, text):
    """What is no id of a battle is a battle that she does not have, and comes near no other vote."""
    for act in (
        lambda: arena.citizens.cast_vote(text, voter, Verdict.A),
        lambda: arena.citizens.battle(text, voter),
        lambda: arena.citizens.skip(text, voter),
        lambda: arena.citizens.ask_on(text, voter, "그래서요?"),
        lambda: arena.citizens.report(text, voter, 1, Side.A, Harm.OTHER, ""),
    ):
        with pytest.raises(NotFound):
            act()


def test_words_after_erasing(arena, voter):
    """Who has erased her record can add no words to a vote before she consents again."""
    battle = waiting(arena, voter)
    arena.citizens.cast_vote(battle.id, voter, Verdict.A)
    arena.citizens.erase(voter)

    with pytest.raises(NotACitizen):
        arena.citizens.cast_vote(battle.id, voter, Verdict.A, SAID)

    assert arena.citizens.battle(battle.id, voter).feedback in (None, Feedback())
    assert arena.citizens.cast_vote(battle.id, voter, Verdict.A).votes == 1


def test_words_after_the_close(arena, voter):
    """Once the round has ended nothing more is said beside a vote; its receipt can still be had."""
    battle = waiting(arena, voter)
    arena.citizens.cast_vote(battle.id, voter, Verdict.A)
    arena.clock.now = arena.contest.rules.closes

    with pytest.raises(RoundNotOpen):
        arena.citizens.cast_vote(battle.id, voter, Verdict.A, SAID)

    assert arena.citizens.cast_vote(battle.id, voter, Verdict.A).votes == 1


def test_receipts_of_many_threads(arena):
    """Whoever votes while many do gets the receipt of her own vote."""
    made = [waiting(arena) for _ in range(24)]

    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda one: arena.citizens.cast_vote(one.id, one.voter, Verdict.A), made))

    entries = [payload for _, payload in ledger(arena)]
    assert [entries[receipt.index]["battle"] for receipt in receipts] == [battle.id for battle in made]
