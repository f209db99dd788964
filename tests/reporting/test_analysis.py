"""The analysis: the standings of the score and all that is said beside them, of the same votes."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from arena.contest.outcomes import Cell
from arena.contest.roster import Roster
from arena.contest.rules import Track, Verdict
from arena.errors import NoScore
from arena.reporting import tally
from arena.reporting.analysis import Panel, analyse
from arena.reporting.entrants import entrants, labels, relabelled, shown
from arena.reporting.sensitivity import WORDS, Assumption, without_style
from arena.store.styles import Styled
from ratings.decision import Certainty
from tests.reporting.ballots import changed
from tests.reporting.rounds import ballots, columns, columns_of, level


@pytest.fixture
def contest(contest):
    """The demo's contest, whose open track alone scores."""
    return changed(contest, tracks=(Track.OPEN, Track.CITIZEN_PANEL), scoring=(Track.OPEN,))


@pytest.fixture
def found(contest):
    """The analysis of 1,200 votes."""
    return analyse(contest, columns(contest))


def cells_of(ballots):
    return [Cell(one.voter, one.side_a, one.side_b, one.verdict, 1) for one in ballots]


def test_standings_are_those_of_the_score(contest, found):
    """The analysis shows the very standings that the score is made of."""
    scored = tally.standings(contest, cells_of(ballots(contest)))

    assert found.standings == scored


def test_references_are_in_no_analysis(contest, found):
    """Votes on battles with a reference change nothing in the analysis of the others."""
    first = contest.roster.contestants[0]
    reference = replace(first, id="reference", reference=True)
    more = replace(contest, roster=Roster((*contest.roster.contestants, reference)))
    met = [replace(one, side_a="reference") for one in ballots(contest) if one.side_a == first.id]

    again = analyse(more, columns_of([*ballots(contest), *met], met))

    assert len(met) > 100
    assert again.standings == found.standings
    assert again.alternatives == found.alternatives
    assert (again.excluded, again.categories) == (found.excluded, found.categories)


def test_ranks(found):
    """Each contestant has a chance of each rank, and the ranks that the standings call possible."""
    rows = found.standings.document["contestants"]

    assert [sum(line.chances) for line in found.lines] == [pytest.approx(1.0)] * 5
    assert [round(line.p_last, 9) for line in found.lines] == [row["p_last"] for row in rows]
    assert [(line.rank_low, line.rank_high) for line in found.lines] == [
        (row["rank_low"], row["rank_high"]) for row in rows
    ]


def test_every_vote_is_in_one_meeting(found):
    """The matrix of pairs counts each vote once, and says of a pair the same from both ends."""
    met = found.meetings

    assert sum(one.votes for one in met.values()) == 2 * found.standings.votes
    for (a, b), one in met.items():
        other = met[b, a]
        assert (one.won, one.lost, one.tied) == (other.lost, other.won, other.tied)
        assert one.expected + other.expected == pytest.approx(1.0)
        assert one.share + other.share == pytest.approx(1.0)
        assert not (one.is_better and other.is_better)


def test_verdict_names_teams(contest, found):
    """The sentence on the last place names teams as people know them, and no ids."""
    last = contest.roster[found.standings.rows[-1].contestant]

    assert last.team in found.decision.korean
    assert last.team in found.decision.english
    assert not any(one in found.decision.korean for one in contest.roster.ids)


def test_equal_contestants(contest):
    """Where all are equal the last place is a statistical tie, and every rank is possible for each."""
    found = analyse(contest, columns_of(level(contest), []))

    assert found.decision.certainty is Certainty.TIE
    assert {(line.rank_low, line.rank_high) for line in found.lines} == {(1, 5)}


def test_the_rules_say_what_a_verdict_takes(contest, found):
    """The verdict is by the thresholds of the rules: the same votes carry more or less by other ones."""
    rule, votes = contest.rules.decision, columns(contest)
    easy = replace(rule, chance=Decimal(0), voters=0, share=Decimal(0), votes=1_200)
    hard = replace(rule, chance=Decimal(1), voters=0, share=Decimal(1), votes=1_201)

    freely, hardly = (analyse(changed(contest, decision=one), votes).decision for one in (easy, hard))

    assert found.standings.votes == 1_200
    assert (freely.voters_needed, freely.votes_needed) == (0, 1_200)
    assert freely.certainty is not Certainty.TIE
    assert (hardly.voters_needed, hardly.votes_needed) == (60, 1_201)
    assert hardly.certainty is Certainty.TIE
    assert "1,201" in hardly.korean


def test_no_votes(contest):
    """Without votes there is no analysis, and it says so."""
    with pytest.raises(NoScore):
        analyse(contest, columns_of([], []))


def test_categories(contest):
    """Categories are rated together; one with few votes is counted and not rated."""
    few = ballots(contest, voters=3, each=5, seed=9, categories=("math",))
    found = analyse(contest, columns_of([*ballots(contest), *few], []))
    parts = {part.label: part for part in found.categories.parts}

    assert sorted(parts) == ["coding", "general", "law", "math"]
    assert parts["math"].votes == 15
    assert parts["math"].lines == ()
    assert sum(part.votes for part in parts.values()) == found.standings.votes
    assert all(len(parts[label].lines) == 5 for label in ("coding", "general", "law"))
    assert all(one.lower < one.rating < one.upper for one in parts["law"].lines)
    assert found.categories.spread is not None


def test_the_rules_say_how_many_votes_a_category_needs(contest):
    """A category has ratings from as many votes on as the rules say, and not one earlier."""
    votes = ballots(contest)
    (smallest, size), *_ = reversed(Counter(one.category for one in votes).most_common())
    rated = {
        least: {part.label for part in parts if part.lines}
        for least in (size, size + 1)
        for parts in [analyse(_with_categories(contest, least), columns_of(votes, [])).categories.parts]
    }

    assert rated[size] == {"coding", "general", "law"}
    assert rated[size + 1] == rated[size] - {smallest}


def _with_categories(contest, least):
    return changed(contest, decision=replace(contest.rules.decision, category_votes=least))


def test_one_category(contest):
    """One category alone is not rated apart: it would be the standings again."""
    found = analyse(contest, columns(contest, categories=("law",)))

    assert found.categories.spread is None
    assert [part.lines for part in found.categories.parts] == [()]


def test_other_models(contest, found):
    """The standings are shown under every other tie model, place of "both bad", and a term for the side."""
    assumed = {one.assumption for one in found.alternatives}

    assert assumed == {
        Assumption.TIES_DAVIDSON,
        Assumption.TIES_RAO_KUPPER,
        Assumption.BOTH_BAD_DROPPED,
        Assumption.SIDE,
    }
    assert all(one.placed and not one.refused for one in found.alternatives)
    davidson = changed(contest, ties="davidson")
    again = tally.standings(davidson, cells_of(ballots(contest)))
    shown = next(one for one in found.alternatives if one.assumption is Assumption.TIES_DAVIDSON)
    assert [one.points for one in shown.placed] == [row.points for row in again.rows]
    assert shown.last == again.rows[-1].contestant


def test_no_both_bad(contest):
    """A round without "both are bad" is not asked what becomes of it."""
    rules = {"verdicts": (Verdict.A, Verdict.B, Verdict.TIE)}

    found = analyse(changed(contest, **rules), columns(contest))

    assert Assumption.BOTH_BAD_DROPPED not in {one.assumption for one in found.alternatives}


def test_other_votes(contest):
    """Excluded votes and tracks that do not score are shown beside the score, and never in it."""
    counting, out = ballots(contest), ballots(contest, voters=4, seed=6)
    apart = ballots(contest, voters=30, seed=7, track="citizen_panel")
    found = analyse(contest, columns_of([*counting, *apart], out))
    by_name = {one.assumption: one for one in found.alternatives}

    assert found.standings == tally.standings(contest, cells_of(counting))
    assert found.excluded == len(out)
    assert by_name[Assumption.NOTHING_EXCLUDED].votes == len(counting) + len(out)
    assert by_name[Assumption.ALL_TRACKS].votes == len(counting) + len(apart)
    assert by_name[Assumption.OTHER_TRACKS].votes == len(apart)


def test_removed(contest):
    """A contestant that was removed is in no standings but those of all votes that were cast."""
    gone = contest.roster.ids[0]
    of_gone = [one for one in ballots(contest) if gone in {one.side_a, one.side_b}]
    others = [one for one in ballots(contest) if gone not in {one.side_a, one.side_b}]
    found = analyse(contest, columns_of(others, of_gone), [gone])
    as_cast = next(one for one in found.alternatives if one.assumption is Assumption.NOTHING_EXCLUDED)

    assert gone not in {row.contestant for row in found.standings.rows}
    assert gone not in found.labels
    assert as_cast.of(gone) is not None
    assert found.alternatives[0].of(gone) is None


def test_refused_alternative(contest):
    """Other tracks that make no finite standings are named with the reason."""
    apart = ballots(contest, voters=1, each=2, seed=7, track="citizen_panel")
    found = analyse(contest, columns_of([*ballots(contest), *apart], []))
    refused = next(one for one in found.alternatives if one.assumption is Assumption.OTHER_TRACKS)

    assert refused.placed == ()
    assert refused.last is None
    assert refused.refused


def panel(contest, **asked):
    """A panel of two regions, one of which is three quarters of the people."""
    voters = sorted({one.voter for one in ballots(contest, **asked)})
    people = {voter: {"region": "capital" if place % 2 else "other"} for place, voter in enumerate(voters)}
    return Panel(people, {"region": {"capital": 0.25, "other": 0.75}})


def test_panel(contest):
    """With a panel the weighted standings and those of each stratum stand beside the raw ones."""
    found = analyse(contest, columns(contest), panel=panel(contest))
    weighted = next(one for one in found.alternatives if one.assumption is Assumption.WEIGHTED)

    assert [part.label for part in found.strata["region"].parts] == ["capital", "other"]
    assert sum(part.votes for part in found.strata["region"].parts) == found.standings.votes
    assert [one.points for one in weighted.placed] != [row.points for row in found.standings.rows]
    assert weighted.votes == found.standings.votes


def test_impossible_panel(contest):
    """A panel whose shares nobody can meet is refused."""
    said = replace(panel(contest), margins={"region": {"capital": 0.5, "other": 0.4}})

    with pytest.raises(NoScore, match="weighted"):
        analyse(contest, columns(contest), panel=said)


def test_goodness(found):
    """Every probe says what it asks in both languages, and an honest round raises no alarm on its fit."""
    assert len(found.findings) == 7
    assert all(one.asked.ko and one.asked.en for one in found.findings)
    assert not any(one.is_alarm for one in found.findings)


def test_goodness_of_one_sided_voters(contest):
    """Voters who stick to a side raise the alarm that is there for them."""
    said = [
        replace(one, verdict=Verdict.A if int(one.voter[-1]) % 2 else Verdict.B) for one in ballots(contest)
    ]
    found = analyse(contest, columns_of(said, []))

    assert found.findings[-1].is_alarm


def renamed(contest, *names):
    ones = [
        replace(one, team=team, name=name)
        for one, (team, name) in zip(contest.roster.contestants, names, strict=True)
    ]
    return replace(contest, roster=Roster(tuple(ones)))


def test_labels(contest):
    """No two contestants are shown under one label, and no label hides what it holds."""
    said = [("같은 팀", "하나"), ("같은 팀", "둘"), ("다른", "셋"), ("쌍둥이", "넷"), ("쌍둥이", "넷")]
    twin = renamed(contest, *said)
    standings = tally.standings(twin, cells_of(ballots(twin)))
    named = labels(entrants(twin, standings))

    assert len(set(named.values())) == 5
    assert set(named.values()) >= {"같은 팀 · 하나", "같은 팀 · 둘", "다른"}


def test_unseen_letters():
    """Letters that cannot be seen, or turn the direction of writing, are shown as question marks."""
    assert shown("팀\u202e나\x00다\n") == "팀?나?다?"


def test_relabelled(found):
    """What was fitted is the same under labels, figure by figure."""
    other = relabelled(found.rated, found.entrants)

    assert [row.name for row in other.standings.rows] == [one.label for one in found.entrants]
    assert [replace(row, name="") for row in other.standings.rows] == [
        replace(row, name="") for row in found.rated.standings.rows
    ]
    assert other.strengths.values is found.rated.strengths.values


def test_words():
    """Every assumption has its words."""
    assert set(WORDS) == set(Assumption)


def styled_votes(contest, *, is_longer):
    """The votes of a round with the lengths of replies; `is_longer` tells where A's is the longer one."""
    return [
        Styled(one.voter, one.side_a, one.side_b, one.verdict, (200 if is_longer(one) else -100, 0, 1, 0))
        for one in ballots(contest)
    ]


def test_without_style(contest):
    """Where lengths are chance the order without style is the same; where they are not, it may differ."""
    ids = contest.roster.ids
    random = Random(2)
    by_chance = without_style(styled_votes(contest, is_longer=lambda _: random.random() < 0.5), ids, contest)
    leading = without_style(
        styled_votes(contest, is_longer=lambda one: one.side_a < one.side_b), ids, contest
    )

    assert [one.contestant for one in by_chance.placed] == list(ids)
    assert by_chance.votes == 1_200
    assert leading.assumption is Assumption.STYLE
    assert len(leading.placed) == 5 or leading.refused


def test_style_that_tells_all(contest):
    """Where style tells winners and losers apart there is no finite estimate, and it says so."""
    decided = [one for one in ballots(contest) if one.verdict in {Verdict.A, Verdict.B}]
    found = [
        Styled(
            one.voter, one.side_a, one.side_b, one.verdict, (1 if one.verdict is Verdict.A else -1, 0, 0, 0)
        )
        for one in decided
    ]

    assert without_style(found, contest.roster.ids, contest).refused
