"""What evaluators do at their console: analysis, score, exports and leading, each in its role alone."""

import json
import stat
import threading
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest

from arena.contest.lifecycle import Phase, Step
from arena.contest.rules import Seal
from arena.errors import (
    BadRequest,
    LedgerError,
    NoScore,
    NotAnEntry,
    NotFound,
    NotPermitted,
    Sealed,
    WorkLost,
)
from arena.identity.staff import Role
from arena.ledger.findings import Findings
from arena.reporting.verifying import check_folder
from arena.service.analysing import found
from arena.service.analyst import EVERY, Making
from arena.service.apart import Apart
from arena.service.audit import Audit
from arena.service.backups import Backups
from arena.service.evaluators import Evaluators
from arena.service.exporting import Exports, Kind, State
from arena.service.leading import STEPS, Leading, Outcome, next_step
from arena.service.scoring import Form, Scoring
from arena.store import given as kept_scores
from arena.store.archive import reading
from tests.leading import kinds, ledger, lifecycle, surely
from tests.reporting.ballots import cast_many, changed
from tests.reporting.test_score_sheet import HEAD, as_csv, lines
from tests.service import working
from tests.service.evaluating import AUDITOR, EVALUATOR, STAFF, evaluation_of, settled, waited
from tests.service.working import Here
from tests.signed import signed_arena


@pytest.fixture
def arena(store, contest, tmp_path):
    """One arena whose log has a key and a notary."""
    return signed_arena(store, contest, tmp_path)


@pytest.fixture
def desk(arena, tmp_path):
    """What its evaluators work with."""
    made = evaluation_of(arena, tmp_path)
    yield made
    settled(made)


def sealed(arena, tmp_path):
    """The same of a contest that seals its standings."""
    contest = changed(arena.contest, rehearsal=False, standings=Seal.SEALED)
    arena.contest, arena.round = contest, replace(arena.round, contest=contest)
    return evaluation_of(arena, tmp_path)


USES = {
    "analysis": (lambda desk, by: desk.analyst.analysis(by), {Role.EVALUATOR, Role.AUDITOR}),
    "score": (lambda desk, by: desk.scoring.score(by), {Role.EVALUATOR}),
    "take": (lambda desk, by: desk.scoring.take(by, b""), {Role.EVALUATOR}),
    "template": (lambda desk, by: desk.scoring.template(by, Form.CSV), {Role.EVALUATOR}),
    "export": (lambda desk, by: desk.exports.job(by, "public"), {Role.EVALUATOR, Role.AUDITOR}),
    "start": (lambda desk, by: desk.exports.start(by, "auditors"), {Role.AUDITOR}),
    "auditors": (lambda desk, by: desk.exports.job(by, "auditors"), {Role.AUDITOR}),
    "status": (lambda desk, by: desk.leading.status(by), {Role.EVALUATOR}),
    "ask": (lambda desk, by: desk.leading.ask(by, "close"), {Role.EVALUATOR}),
    "lead": (lambda desk, by: desk.leading.take(by, "close", ""), {Role.EVALUATOR}),
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", USES)
def test_roles(arena, desk, name, role):
    """Every use case is there for its roles, and refused to all others before anything is looked at."""
    use, permitted = USES[name]

    if role in permitted:
        cast_many(arena)
        use(desk, STAFF[role])
    else:
        with pytest.raises(NotPermitted):
            use(desk, STAFF[role])


@pytest.mark.parametrize("name", ["analysis", "score", "export", "start"])
def test_sealed(arena, tmp_path, name):
    """While the rules seal the standings nobody reads an analysis or a score, or makes an export."""
    cast_many(arena)
    desk = sealed(arena, tmp_path)
    use, permitted = USES[name]

    for role in permitted:
        with pytest.raises(Sealed):
            use(desk, STAFF[role])


# The analysis


class OnceKilled(Apart):
    """The first process is killed."""

    is_killed = False

    def done(self, work, *asked, **more):
        if not self.is_killed:
            self.is_killed, work, asked = True, working.killed, ()
        return super().done(work, *asked, **more)


def test_analysis(arena, desk):
    """The analysis is of the votes there are, and is made once for all who ask."""
    cast_many(arena)

    one = waited(lambda: desk.analyst.analysis(EVALUATOR))
    other = waited(lambda: desk.analyst.analysis(AUDITOR))

    assert one is other
    assert one.analysis.standings.votes == 40
    assert one.made_at == arena.clock()


def test_analysis_while_votes_come(arena, desk):
    """While the round is open an analysis of some minutes ago is shown; then the next is made."""
    cast_many(arena)
    before = waited(lambda: desk.analyst.analysis(EVALUATOR))
    cast_many(arena, voters=1, seed=3)

    assert desk.analyst.analysis(EVALUATOR) is before
    arena.clock.now += EVERY + timedelta(seconds=1)
    after = waited(lambda: found if (found := desk.analyst.analysis(EVALUATOR)) is not before else None)
    assert after.analysis.standings.votes == 44


class Slow(Here):
    """Does the second work only when it may."""

    def __init__(self):
        super().__init__()
        self.may_go_on, self.times = threading.Event(), 0

    def done(self, *asked, **more):
        self.times += 1
        if self.times == 2:
            more["tell"](0.5)
            assert self.may_go_on.wait(60)
        return super().done(*asked, **more)


def test_nobody_waits_where_one_is_kept(arena, tmp_path):
    """While votes come the analysis before is shown at once; how far the next one is can be told."""
    cast_many(arena)
    apart = Slow()
    desk = evaluation_of(arena, tmp_path, apart)
    before = waited(lambda: desk.analyst.analysis(EVALUATOR))
    cast_many(arena, voters=1, seed=3)
    arena.clock.now += EVERY + timedelta(seconds=1)

    meanwhile = desk.analyst.analysis(EVALUATOR, patience=threading.TIMEOUT_MAX)
    arena.clock.advance(seconds=7)
    far = waited(lambda: found if (found := desk.analyst.making(AUDITOR)).done else None)
    apart.may_go_on.set()
    after = waited(lambda: found if (found := desk.analyst.analysis(EVALUATOR)) is not before else None)

    assert meanwhile is before
    assert far == Making(7, 0.5)
    assert after.analysis.standings.votes == 44


def test_who_may_know_how_far_it_is(desk):
    """How far an analysis is, is told to those who may read it."""
    with pytest.raises(NotPermitted):
        desk.analyst.making(STAFF[Role.TEAM])


def test_analysis_after_the_close(arena, desk):
    """Once the round is over nobody is shown an analysis of other votes than those that count."""
    cast_many(arena)
    waited(lambda: desk.analyst.analysis(EVALUATOR))
    surely(lifecycle(arena).close)
    gone = arena.contest.roster.ids[0]
    surely(lifecycle(arena).remove, gone, "시험")

    found = waited(lambda: desk.analyst.analysis(EVALUATOR))

    assert found.removed == (gone,)
    assert gone not in found.analysis.labels


def test_analysis_that_is_lost(arena, tmp_path):
    """An analysis that was cut off is said to be so to all who ask, and tried again for who asks anew."""
    cast_many(arena)
    desk = evaluation_of(arena, tmp_path, OnceKilled())
    with pytest.raises(WorkLost):
        waited(lambda: desk.analyst.analysis(EVALUATOR))
    with pytest.raises(WorkLost):
        desk.scoring.score(EVALUATOR)

    assert waited(lambda: desk.analyst.analysis(AUDITOR, anew=True)).analysis.standings.votes == 40


def test_analysis_is_the_same(arena, tmp_path):
    """A process of its own makes the analysis that this one would."""
    cast_many(arena)
    desk = evaluation_of(arena, tmp_path, Apart())
    here = found(arena.store.url, arena.contest, lambda _: None)
    there = waited(lambda: desk.analyst.analysis(EVALUATOR))

    assert there.analysis.standings == here.analysis.standings
    assert there.analysis.meetings == here.analysis.meetings
    assert there.analysis.alternatives == here.analysis.alternatives
    assert (there.moment, there.removed) == (here.moment, here.removed)


def test_no_score(arena, desk):
    """Without votes the analysis says that there is none to make."""
    with pytest.raises(NoScore):
        waited(lambda: desk.analyst.analysis(EVALUATOR))


# The score


class Torn(Audit):
    """An audit in which nothing can be written."""

    def put_in(self, *_):
        """Fail as where a fact is too long, or the process dies."""
        raise NotAnEntry("torn")


def test_score(arena, desk):
    """Given scores that were handed in make the whole, and stand on record by a salted hash."""
    cast_many(arena)
    before = waited(lambda: desk.scoring.score(EVALUATOR))
    read = desk.scoring.take(EVALUATOR, as_csv([HEAD, *lines(arena.contest)]))
    after = waited(lambda: desk.scoring.score(EVALUATOR))

    assert before.wholes == ()
    assert before.sentence(arena.contest, "ko") == ""
    assert len(after.wholes) == 5
    assert after.sentence(arena.contest, "ko")
    kind, payload = ledger(arena)[-1]
    with arena.store.reading() as connection:
        salt = kept_scores.find(connection, arena.contest.rules.round_id).salt
    assert kind == "Audited"
    assert payload["after"] == {"commitment": read.given.commitment(salt)}
    assert payload["before"] == {}


def test_given_scores_and_their_act_are_one(arena, desk):
    """Where the act cannot be written the scores are those before: none are ever in use without their act."""
    cast_many(arena)
    torn = Torn(arena.store, arena.contest.rules.round_id, arena.clock, arena.chance)
    scoring = Scoring(arena.store, arena.contest, desk.analyst, torn, arena.chance)

    with pytest.raises(NotAnEntry):
        scoring.take(EVALUATOR, as_csv([HEAD, *lines(arena.contest)]))

    assert waited(lambda: desk.scoring.score(EVALUATOR)).given is None


def test_backed_up(arena, desk, tmp_path):
    """Given scores are in a backup, or the whole of a restored round would be gone."""
    cast_many(arena)
    read = desk.scoring.take(EVALUATOR, as_csv([HEAD, *lines(arena.contest)]))
    made = Backups(arena.store, arena.keys, arena.secrets, tmp_path / "data", arena.clock).back_up(
        tmp_path / "one.backup"
    )

    with reading(made.file) as kept:
        ((of_round, text),) = kept.rows("given_scores")
    assert of_round == arena.contest.rules.round_id
    assert json.loads(text)["scores"] == read.given.document()


def test_bad_sheet(arena, desk):
    """A sheet with a mistake changes nothing."""
    cast_many(arena)
    desk.scoring.take(EVALUATOR, as_csv([HEAD, *lines(arena.contest)]))
    entries = len(kinds(arena))

    read = desk.scoring.take(EVALUATOR, as_csv([HEAD, *lines(arena.contest)[1:]]))

    assert read.given is None
    assert len(read.mistakes) == 1
    assert len(waited(lambda: desk.scoring.score(EVALUATOR)).wholes) == 5
    assert len(kinds(arena)) == entries


def test_removed_makes_no_whole(arena, desk):
    """Given scores of a contestant that was removed since make no whole until they are handed in anew."""
    cast_many(arena)
    desk.scoring.take(EVALUATOR, as_csv([HEAD, *lines(arena.contest)]))
    surely(lifecycle(arena).close)
    gone = arena.contest.roster.ids[0]
    surely(lifecycle(arena).remove, gone, "시험")

    assert waited(lambda: desk.scoring.score(EVALUATOR)).wholes == ()
    left = [row for row in lines(arena.contest) if row[0] != gone]
    assert desk.scoring.take(EVALUATOR, as_csv([HEAD, *left])).mistakes == ()
    assert len(waited(lambda: desk.scoring.score(EVALUATOR)).wholes) == 4


@pytest.mark.parametrize("form", Form)
def test_template(desk, form):
    """A template can be had in both forms."""
    assert len(desk.scoring.template(EVALUATOR, form)) > 100


# Exports


def ready(exports, by, kind):
    """Wait until a job is over."""
    return waited(lambda: job if (job := exports.job(by, kind)).state is not State.RUNNING else None)


@pytest.mark.parametrize(("by", "kind"), [(EVALUATOR, "public"), (AUDITOR, "auditors")])
def test_export(arena, tmp_path, by, kind):
    """An export is made in the background; its folder holds, and each file and all in one can be had."""
    cast_many(arena)
    desk = evaluation_of(arena, tmp_path, Apart())
    desk.exports.start(by, kind)
    job = ready(desk.exports, by, kind)
    findings = Findings()
    check_folder(desk.exports.file(by, kind, "votes.csv").parent, findings)

    assert (job.state, job.progress, job.is_current) == (State.READY, 1.0, True)
    assert findings.kept == []
    archive = desk.exports.file(by, kind, "")
    assert archive.stat().st_size == job.made.archive
    with zipfile.ZipFile(archive) as packed:
        assert packed.testzip() is None
        assert packed.namelist() == [f"{arena.contest.rules.round_id}/{name}" for name in job.made.files]
        for name, size in job.made.files.items():
            content = desk.exports.file(by, kind, name).read_bytes()
            assert len(content) == size
            assert packed.read(f"{arena.contest.rules.round_id}/{name}") == content


def test_files_are_private(arena, desk, tmp_path):
    """What is kept of exports is for the arena's own account alone."""
    cast_many(arena)
    desk.exports.start(AUDITOR, "auditors")
    ready(desk.exports, AUDITOR, "auditors")
    kept = [path for path in (tmp_path / "exports").rglob("*") if path.is_file()]

    assert stat.S_IMODE((tmp_path / "exports").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


def test_exported_once(arena, desk, tmp_path):
    """The same votes are exported once; what staff do meanwhile changes no byte of it."""
    cast_many(arena)
    desk.exports.start(EVALUATOR, "public")
    ready(desk.exports, EVALUATOR, "public")
    before = desk.exports.file(EVALUATOR, "public", "").read_bytes()
    entries = len(kinds(arena))
    job = desk.exports.start(EVALUATOR, "public")

    assert job.state is State.READY
    assert desk.exports.file(EVALUATOR, "public", "").read_bytes() == before
    assert len(kinds(arena)) == entries
    cast_many(arena, voters=1, seed=9)
    assert not desk.exports.job(EVALUATOR, "public").is_current
    desk.exports.start(EVALUATOR, "public")
    assert ready(desk.exports, EVALUATOR, "public").is_current


def test_export_survives_a_restart(arena, desk, tmp_path):
    """An export that was being made when the server stopped is begun again; a finished one is still there."""
    cast_many(arena)
    desk.exports.start(EVALUATOR, "public")
    ready(desk.exports, EVALUATOR, "public")
    (tmp_path / "exports/auditors.wanted").touch()
    (tmp_path / "exports/auditors.new").mkdir()
    (tmp_path / "exports/auditors.new/half").touch()
    again = evaluation_of(arena, tmp_path).exports
    again.resume()

    assert again.job(EVALUATOR, "public").state is State.READY
    assert ready(again, AUDITOR, "auditors").state is State.READY
    assert sorted(path.name for path in (tmp_path / "exports").iterdir()) == ["auditors", "public"]


def test_export_that_the_server_stops(arena, desk, tmp_path):
    """An export that was cut off as the server stopped is made when it has started again."""
    cast_many(arena)
    desk.apart.close()
    desk.exports.start(EVALUATOR, "public")
    settled(desk)
    again = evaluation_of(arena, tmp_path).exports
    again.resume()

    assert ready(again, EVALUATOR, "public").state is State.READY
    assert sorted(path.name for path in (tmp_path / "exports").iterdir()) == ["public"]


def test_export_that_fails(arena, tmp_path):
    """An export that cannot be made says so and leaves nothing; asked for again it is tried again."""
    cast_many(arena)
    troubles = [LedgerError("the log does not grow")]

    def checkpoint():
        if troubles:
            raise troubles.pop()
        arena.notary.checkpoint()

    evaluators = Evaluators(arena.store, arena.round, arena.clock, checkpoint)
    audit = Audit(arena.store, arena.contest.rules.round_id, arena.clock, arena.chance)
    exports = Exports(evaluators, tmp_path / "exports", "round", audit, Here(), shows=False)
    exports.start(EVALUATOR, "public")

    assert ready(exports, EVALUATOR, "public").state is State.FAILED
    assert list((tmp_path / "exports").iterdir()) == []
    exports.start(EVALUATOR, "public")
    assert ready(exports, EVALUATOR, "public").state is State.READY


@pytest.mark.parametrize("name", ["../about.json", "about.json", "/etc/passwd", "export.zip", "votes.csv/"])
def test_no_such_file(arena, desk, name):
    """Nothing but the files of the export can be had by any name."""
    cast_many(arena)
    desk.exports.start(EVALUATOR, "public")
    ready(desk.exports, EVALUATOR, "public")

    with pytest.raises(NotFound):
        desk.exports.file(EVALUATOR, "public", name)


def test_no_export_yet(desk):
    """Before the first export there is no file, and no kind but those there are."""
    with pytest.raises(NotFound):
        desk.exports.file(EVALUATOR, "public", "")
    with pytest.raises(BadRequest):
        desk.exports.start(EVALUATOR, "private")
    assert desk.exports.job(EVALUATOR, Kind.PUBLIC).state is State.NONE


def test_export_while_votes_come(arena, desk):
    """An export made while votes come in is of one moment, and holds."""
    cast_many(arena)
    desk.exports.start(EVALUATOR, "public")
    cast_many(arena, voters=5, seed=4)
    ready(desk.exports, EVALUATOR, "public")
    findings = Findings()
    check_folder(desk.exports.file(EVALUATOR, "public", "votes.csv").parent, findings)

    assert findings.kept == []


# Leading


def test_leading(arena, desk):
    """An evaluator closes, fixes and publishes; each step is on record with her account."""
    cast_many(arena)
    for step in STEPS:
        assert next_step(desk.leading.status(EVALUATOR).phase) is step
        asked = desk.leading.ask(EVALUATOR, step.value)
        assert asked.outcome is Outcome.ASKED
        assert desk.leading.take(EVALUATOR, step.value, f" {asked.code} ").outcome is Outcome.DONE

    acts = [payload for kind, payload in ledger(arena) if kind == "Audited"]
    assert desk.leading.status(EVALUATOR).phase is Phase.PUBLISHED
    assert [act["act"] for act in acts] == [
        "lead_round_close",
        "lead_round_commit_result",
        "lead_round_publish",
    ]
    assert acts[0]["before"] == {"phase": "open"}
    assert json.dumps(acts).count(desk.leading.status(EVALUATOR).results[0].commitment) == 2
    assert next_step(Phase.PUBLISHED) is None


def test_a_step_and_its_act_are_one(arena, desk):
    """Where the act cannot be written the step is not taken either: no step is ever without its act."""
    cast_many(arena)
    torn = Torn(arena.store, arena.contest.rules.round_id, arena.clock, arena.chance)
    leading = Leading(lifecycle(arena), torn, arena.notary.checkpoint)
    before = kinds(arena)

    with pytest.raises(NotAnEntry):
        leading.take(EVALUATOR, "close", leading.ask(EVALUATOR, "close").code)

    assert kinds(arena) == before
    assert desk.leading.status(EVALUATOR).phase is Phase.OPEN


def test_without_the_code(arena, desk):
    """Without the code that fits nothing happens, and a new one is given."""
    asked = desk.leading.ask(EVALUATOR, "close")
    cast_many(arena, voters=1, each=1)

    answer = desk.leading.take(EVALUATOR, "close", asked.code)

    assert answer.outcome is Outcome.STALE
    assert answer.code != asked.code
    assert desk.leading.status(EVALUATOR).phase is Phase.OPEN


def test_not_now(arena, desk, tmp_path):
    """A step that is not the next, or whose time has not come, is refused in both askings."""
    assert desk.leading.ask(EVALUATOR, "publish").outcome is Outcome.NOT_NOW
    assert desk.leading.take(EVALUATOR, "publish", "").outcome is Outcome.NOT_NOW


@pytest.mark.parametrize("step", ["open", "forget", "", "close "])
def test_no_step_of_hers(desk, step):
    """Evaluators take no other steps than their three."""
    with pytest.raises(BadRequest):
        desk.leading.ask(EVALUATOR, step)


def test_two_close_at_once(arena, desk):
    """Of eight evaluators who close at once one closes; the others are told, and the record has one close."""
    cast_many(arena)
    code = desk.leading.ask(EVALUATOR, "close").code
    together, outcomes = threading.Barrier(8), []

    def close():
        together.wait()
        outcomes.append(desk.leading.take(EVALUATOR, "close", code).outcome)

    threads = [threading.Thread(target=close) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == sorted([Outcome.DONE, *[Outcome.NOT_NOW] * 7])
    assert kinds(arena).count("RoundClosed") == 1
    assert Step.CLOSE in STEPS
