"""Controls: drawn and recorded as every battle, scored nowhere, and reported as noise floor and side bias."""

import csv
import json
from dataclasses import replace

import pytest

from arena.contest.outcomes import Cell
from arena.contest.roster import Roster
from arena.contest.rules import Verdict
from arena.ledger.findings import Findings
from arena.reporting.controls import controls, met, met_in_words
from arena.reporting.verifying import check_folder
from arena.store import exclusions, votes
from tests.reporting.ballots import cast_many, changed
from tests.signed import evaluators_of, signed_arena

ONE = "one"


@pytest.fixture
def contest(contest):
    """As many controls as pairs."""
    return changed(contest, controls=20)


@pytest.fixture
def referred(contest):
    """Three contestants and two references, and as many controls as pairs."""
    marked = tuple(replace(one, reference=not one.images) for one in contest.roster.contestants)
    return replace(changed(contest, controls=6), roster=Roster(marked))


def test_controls_score_nowhere(arena, tmp_path):
    """Votes on controls stand in no count, no exclusion and no file of votes, and the folder holds."""
    said = cast_many(arena)
    rules = arena.contest.rules
    scored = sum(a != b for _, a, b, _ in said)

    with arena.store.reading() as connection:
        counted = votes.cells(connection, rules.round_id, arena.contest.scoring)
        judged = exclusions.cast(connection, rules.round_id, arena.contest.scoring)
        alone = votes.control_cells(connection, rules.round_id)
    written = evaluators_of(arena).export(tmp_path / "out", lambda _: None)
    manifest, report = (
        json.loads((tmp_path / "out" / name).read_text("utf-8"))
        for name in ("manifest.json", "blindness.json")
    )
    findings = Findings()
    check_folder(tmp_path / "out", findings)

    with (tmp_path / "out/votes.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == scored
    assert 10 < scored < 30
    assert sum(cell.count for cell in counted) == len(judged) == scored
    assert sum(cell.count for cell in alone) == len(said) - scored
    assert findings.exit_code == 0
    told = (written.on_controls, manifest["votes_on_controls"], report["controls"]["votes"])
    assert told == (len(said) - scored,) * 3


def test_references_score_nowhere(store, referred, tmp_path):
    """References are in no count, no exclusion and no standings, and the report tells of them."""
    arena = signed_arena(store, referred, tmp_path)
    said = cast_many(arena, voters=12, each=5)
    rules, references = arena.contest.rules, arena.contest.roster.references
    scored = [one for one in said if one[1] != one[2] and not {one[1], one[2]} & set(references)]
    met = [one for one in said if {one[1], one[2]} & set(references)]

    with arena.store.reading() as connection:
        counted = votes.cells(connection, rules.round_id, arena.contest.scoring)
        judged = exclusions.cast(connection, rules.round_id, arena.contest.scoring)
    written = evaluators_of(arena).export(tmp_path / "out", lambda _: None)
    report = json.loads((tmp_path / "out/blindness.json").read_text("utf-8"))
    findings = Findings()
    check_folder(tmp_path / "out", findings)

    assert len(met) > 15
    assert sum(cell.count for cell in counted) == len(judged) == len(scored)
    assert {row.contestant for row in evaluators_of(arena).standings().rows} == set(referred.roster.rated)
    assert findings.exit_code == 0
    assert written.on_controls == len(said) - len(scored)
    assert {name: one["votes"] for name, one in report["references"].items()} == {
        one: sum(one in sides for _, *sides, _ in met) for one in references
    }
    assert report["controls"]["votes"] == len(said) - len(scored) - len(met)
    assert report["battles"] == len(said) - len(met)
    assert set(report["recognised"]) == set(referred.roster.rated)


def test_withdrawn_votes_on_controls(arena, tmp_path):
    """A vote on a control that its citizen has taken back is told nowhere."""
    said = cast_many(arena, voters=3, each=5)
    for voter in {voter for voter, *_ in said}:
        arena.citizens.erase(voter, withdraw=True)

    written = evaluators_of(arena).export(tmp_path / "out", lambda _: None)

    assert (written.votes, written.on_controls) == (0, 0)


def cells(*verdicts):
    """Votes on controls, each of a voter of her own."""
    return [Cell(f"voter-{number}", ONE, ONE, verdict, 1) for number, verdict in enumerate(verdicts)]


def test_what_controls_say():
    """Shares of votes that prefer a side, and of A among them, come with intervals."""
    found = controls(
        cells(*[Verdict.A] * 30, *[Verdict.B] * 10, *[Verdict.TIE] * 50, *[Verdict.BOTH_BAD] * 10)
    )

    assert found.verdicts == {Verdict.A: 30, Verdict.B: 10, Verdict.TIE: 50, Verdict.BOTH_BAD: 10}
    assert found.decided.share == pytest.approx(0.4)
    assert found.decided.lower < 0.4 < found.decided.upper
    assert found.preferring_a.share == pytest.approx(0.75)
    assert found.preferring_a.lower > 0.5


def test_what_is_said_of_a_reference():
    """Wherever it sat, a verdict for the reference is one for it; who met it is not told."""
    sides = [
        ("gold", ONE, Verdict.A),
        (ONE, "gold", Verdict.B),
        ("two", "gold", Verdict.A),
        ("gold", ONE, Verdict.TIE),
    ]
    on_it = [Cell(f"voter-{at}", a, b, verdict, 2) for at, (a, b, verdict) in enumerate(sides)]
    others = [Cell("voter-9", "silver", ONE, Verdict.A, 5), *cells(Verdict.A)]

    found = met("gold", [*on_it, *others])

    assert (found.for_it, found.against, found.tie, found.both_bad, found.votes) == (4, 2, 2, 0, 8)
    assert found.preferred.share == pytest.approx(2 / 3)
    assert met_in_words("gold", found).startswith(
        "votes on controls, in which models met the reference gold: 8 (4 for it, 2 against, 2 tie, 0 both"
    )
    assert met("gold", others).preferred is None


@pytest.mark.parametrize("verdicts", [[], [Verdict.A], [Verdict.TIE, Verdict.TIE]])
def test_too_few_controls(verdicts):
    """Where hardly anybody voted there is a count and no share."""
    assert controls(cells(*verdicts)).preferring_a is None
