"""What counts in a score: exclusions, removals, withdrawals, and the result that comes of them."""

import hashlib
import json

import pytest

from arena.contest.battle import Side
from arena.contest.lifecycle import Phase
from arena.contest.rules import Exclusions, Track, Verdict
from arena.errors import BadSetting, NotAtThisStage, NotFound
from arena.ledger.canonical import canonical
from arena.reporting.votes_table import excluded_csv, votes_csv
from arena.service.citizens import CONSENT, Citizens
from arena.service.evaluators import Evaluators
from arena.service.rounds import open_round
from arena.store import votes
from arena.store.votes import Which
from tests.leading import LOG, kinds, ledger, lifecycle, surely
from tests.reporting.ballots import cast, cast_many, changed, newcomer


def standings(arena):
    return Evaluators(arena.store, arena.round, arena.clock).standings()


def counts(arena, which):
    with arena.store.reading() as connection:
        found = votes.cells(connection, arena.contest.rules.round_id, arena.contest.scoring, which)
    return sum(cell.count for cell in found)


def sequence_of(arena, battle):
    return arena.citizens.cast_vote(battle.id, battle.voter, Verdict.A).index


def under(arena, **rules):
    """The arena with another round, under other rules."""
    contest = changed(arena.contest, **rules)
    round_ = open_round(arena.store, contest, arena.secrets, arena.clock, arena.chance, LOG)
    key = arena.secrets.get("citizen.key")
    arena.citizens = Citizens(arena.store, round_, key, arena.clock, arena.chance)
    arena.contest, arena.round = contest, round_
    return arena


@pytest.fixture
def strict(arena):
    """The arena under rules that let three votes in a minute count, and no four of one side."""
    return under(arena, round_id="demo-6", exclusions=Exclusions(3, 4))


def test_exclusions_by_the_rules(strict):
    """Votes that the frozen rules name are excluded on record when the result is committed, once each."""
    hasty, one_sided, fair = newcomer(strict), newcomer(strict), newcomer(strict)
    for verdict in (Verdict.A, Verdict.B, Verdict.TIE, Verdict.A):
        last_hasty = cast(strict, hasty, verdict)
    for _ in range(4):
        strict.clock.advance(minutes=1)
        cast(strict, one_sided, Verdict.B)
        cast(strict, fair, Verdict.A if _ else Verdict.B)
    led = lifecycle(strict)
    surely(led.close)
    before = len(ledger(strict))

    surely(led.commit_result)

    excluded = [payload for kind, payload in ledger(strict)[before:] if kind == "Excluded"]
    assert [(one["rule"], len(one["refs"])) for one in excluded] == [
        ("votes_per_minute", 1),
        ("one_sided_from", 4),
    ]
    assert excluded[0]["refs"] == [sequence_of(strict, last_hasty)]
    assert (counts(strict, Which.CAST), counts(strict, Which.COUNTING)) == (12, 7)
    assert led.status().excluded == 5


def test_exclusion_by_decision(strict):
    """A vote is excluded by hand with its reason, after those that the rules name, and does not count."""
    battles = [cast(strict, newcomer(strict), Verdict.A) for _ in range(3)]
    one_sided = newcomer(strict)
    for _ in range(4):
        strict.clock.advance(minutes=1)
        last = cast(strict, one_sided, Verdict.A)
    led = lifecycle(strict)
    surely(led.close)
    bought = sequence_of(strict, battles[0])

    with pytest.raises(NotFound):
        led.exclude([sequence_of(strict, last)], "its rule comes first")
    surely(led.exclude, [bought, bought], "bought")

    assert [
        (one["rule"], one["reason"], one["refs"][-1]) for kind, one in ledger(strict) if kind == "Excluded"
    ] == [
        ("one_sided_from", "", sequence_of(strict, last)),
        ("decision", "bought", bought),
    ]
    surely(led.commit_result)
    assert kinds(strict).count("Excluded") == 2
    assert (counts(strict, Which.CAST), counts(strict, Which.COUNTING)) == (7, 2)


@pytest.mark.parametrize("sequences", [[], [0], [10**9], [5]])
def test_what_is_no_vote_is_not_excluded(arena, sequences):
    """Only votes of the round that count can be excluded."""
    cast(arena, newcomer(arena), Verdict.A)
    led = lifecycle(arena)
    surely(led.close)

    with pytest.raises(NotFound, match="no votes of round demo-5"):
        led.exclude(sequences, "why")


def test_a_vote_that_does_not_score_is_not_excluded(arena):
    """A vote of a track that does not score is in no result, so nothing can take it out."""
    rules = {"tracks": (Track.OPEN, Track.CITIZEN_PANEL), "scoring": (Track.CITIZEN_PANEL,)}
    panel = under(arena, round_id="demo-6", **rules)
    vote = sequence_of(panel, cast(panel, newcomer(panel), Verdict.A))
    led = lifecycle(panel)
    surely(led.close)

    with pytest.raises(NotFound, match="no votes of round demo-6"):
        led.exclude([vote], "why")


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_decision_without_a_reason(arena, reason):
    """Nothing is taken out by decision without a reason on record."""
    vote = sequence_of(arena, cast(arena, newcomer(arena), Verdict.A))
    led = lifecycle(arena)
    surely(led.close)

    with pytest.raises(BadSetting, match="reason"):
        led.exclude([vote], reason)
    with pytest.raises(BadSetting, match="reason"):
        led.remove(arena.contest.roster.ids[0], reason)


def test_a_vote_is_excluded_once(arena):
    """A vote that is excluded already is not excluded again."""
    vote = sequence_of(arena, cast(arena, newcomer(arena), Verdict.A))
    led = lifecycle(arena)
    surely(led.close)
    surely(led.exclude, [vote], "why")

    with pytest.raises(NotFound):
        led.exclude([vote], "again")


@pytest.mark.parametrize("done", ["close", "commit_result", "publish"])
def test_removing_a_contestant(arena, done):
    """A contestant removed by decision leaves the next result; earlier results stay as they are."""
    cast_many(arena, voters=25)
    led = lifecycle(arena)
    for step in ("close", "commit_result", "publish"):
        surely(getattr(led, step))
        if step == done:
            break
    earlier = led.status().results
    gone = arena.contest.roster.ids[2]

    surely(led.remove, gone, "가중치가 신고한 것과 다름")

    kind, payload = ledger(arena)[-1]
    assert (kind, payload["contestant"], payload["refs"], payload["rule"]) == (
        "Excluded",
        gone,
        [],
        "contestant_removed",
    )
    assert led.status().phase is Phase.CLOSED
    result = surely(led.commit_result)
    document = json.loads(result.document)
    rows = {
        name: [row["contestant"] for row in document["results"][name]["rows"]]
        for name in ("as_cast", "after_exclusions")
    }
    assert sorted(rows["as_cast"]) == sorted(arena.contest.roster.ids)
    assert sorted(rows["after_exclusions"]) == sorted(set(arena.contest.roster.ids) - {gone})
    assert document["results"]["removed"] == [gone]
    assert [one.number for one in led.status().results] == list(range(1, len(earlier) + 2))
    assert led.status().results[: len(earlier)] == earlier
    assert gone not in {row.contestant for row in standings(arena).rows}
    assert led.status().removed == (gone,)
    with pytest.raises(NotFound):
        led.remove(gone, "again")


def test_removing_a_stranger(arena):
    """Who is not on the roster cannot be removed."""
    led = lifecycle(arena)
    surely(led.close)

    with pytest.raises(NotFound, match="nobody"):
        led.remove("nobody", "why")


def test_the_result_is_of_the_votes(arena):
    """The committed document holds the standings to the last bit and the hashes of both files of votes."""
    cast_many(arena)
    led = lifecycle(arena)
    surely(led.close)
    vote = next(line for line in reversed(numbered(arena)) if line[1] == "VoteCast")[0]
    surely(led.exclude, [vote], "why")
    result = surely(led.commit_result)

    document = json.loads(result.document)
    assert canonical(document) == result.document
    rows = document["results"]["after_exclusions"]["rows"]
    assert [(row["contestant"], float(row["rating"]), float(row["points_lower"])) for row in rows] == [
        (row.contestant, row.rating, row.points_lower) for row in standings(arena).rows
    ]
    assert document["results"]["as_cast"]["votes"] == 40
    assert document["results"]["after_exclusions"]["votes"] == 39
    rules = arena.contest.rules
    with arena.store.reading() as connection:
        counting = votes_csv(votes.ballots(connection, rules.round_id, arena.contest.scoring))
        out = list(votes.excluded_ballots(connection, rules.round_id, arena.contest.scoring))
    assert document["votes"] == hashlib.sha256(counting).hexdigest()
    assert document["votes_excluded"] == hashlib.sha256(excluded_csv(out)).hexdigest()
    assert [rule for _, rule in out] == ["decision"]
    assert document["rules"] == arena.round.rules_hash


def numbered(arena):
    """Give (sequence, type) of every entry."""
    return [(number, kind) for number, (kind, _) in enumerate(ledger(arena))]


def test_rules_of_excluded_ballots(strict):
    """A vote that several rules take out stands under the first of them."""
    one_sided = newcomer(strict)
    for _ in range(4):
        strict.clock.advance(minutes=1)
        cast(strict, one_sided, Verdict.A)
    others = [cast(strict, newcomer(strict), Verdict.A) for _ in range(8)]
    led = lifecycle(strict)
    surely(led.close)
    gone = others[0].seats[Side.A]
    surely(led.exclude, [sequence_of(strict, battle) for battle in others[:4]], "why")
    surely(led.remove, gone, "why")

    with strict.store.reading() as connection:
        out = list(votes.excluded_ballots(connection, "demo-6", strict.contest.scoring))

    named = {(ballot.voter, rule.value) for ballot, rule in out}
    expected = {(one_sided, "one_sided_from")}
    for place, battle in enumerate(others):
        if gone in battle.seats.values():
            expected.add((battle.voter, "contestant_removed"))
        elif place < 4:
            expected.add((battle.voter, "decision"))
    assert named == expected
    assert any(rule.value == "contestant_removed" for _, rule in out)


def test_votes_that_make_no_standings_have_a_result_too(arena):
    """A round of one vote has a result that says why there are no standings."""
    cast(arena, newcomer(arena), Verdict.A)
    led = lifecycle(arena)
    surely(led.close)

    document = json.loads(surely(led.commit_result).document)

    assert set(document["results"]["after_exclusions"]) == {"refused"}


# Withdrawal


def test_withdrawal(arena):
    """Her votes leave the score, each on record, and keep their places among those that she may cast."""
    cast_many(arena)
    token = arena.citizens.consent(None, CONSENT)
    voter = arena.citizens.voter(token)
    mine = [cast(arena, voter, Verdict.A) for _ in range(2)]
    sequences = [sequence_of(arena, battle) for battle in mine]
    assert arena.citizens.me(token).may_withdraw

    arena.citizens.erase(voter, withdraw=True)

    taken = [payload for kind, payload in ledger(arena) if kind == "VoteWithdrawn"]
    assert [(one["battle"], one["vote"], one["voter"]) for one in taken] == [
        (battle.id, sequence, voter) for battle, sequence in zip(mine, sequences, strict=True)
    ]
    assert counts(arena, Which.CAST) == counts(arena, Which.COUNTING) == 40
    assert arena.citizens.me(token).votes == 2
    arena.citizens.erase(voter, withdraw=True)
    assert kinds(arena).count("VoteWithdrawn") == 2
    assert lifecycle(arena).status().withdrawn == 2


@pytest.mark.parametrize("begun_by", ["commit_result", "exclude", "remove"])
def test_withdrawal_ends_where_scoring_begins(arena, begun_by):
    """Votes can be taken back after the close, until the scoring begins; then erasing still erases texts."""
    token = arena.citizens.consent(None, CONSENT)
    voter = arena.citizens.voter(token)
    cast(arena, voter, Verdict.A)
    other = sequence_of(arena, cast(arena, newcomer(arena), Verdict.A))
    led = lifecycle(arena)
    surely(led.close)
    assert arena.citizens.me(token).may_withdraw
    more = {"exclude": [[other], "why"], "remove": ["gulleongsoe", "why"]}
    surely(getattr(led, begun_by), *more.get(begun_by, []))

    with pytest.raises(NotAtThisStage):
        arena.citizens.erase(voter, withdraw=True)

    me = arena.citizens.me(token)
    assert (me.may_withdraw, me.consented, me.record[0].prompt) == (False, True, "질문")
    arena.citizens.erase(voter)
    assert arena.citizens.me(token).record[0].prompt == ""


def test_a_withdrawn_vote_is_not_excluded(arena):
    """A vote that was taken back is not there to be excluded, by rules or by hand."""
    voter = newcomer(arena)
    vote = sequence_of(arena, cast(arena, voter, Verdict.A))
    arena.citizens.erase(voter, withdraw=True)
    led = lifecycle(arena)
    surely(led.close)

    with pytest.raises(NotFound):
        led.exclude([vote], "why")
