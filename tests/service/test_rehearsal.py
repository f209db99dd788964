"""A rehearsal: simulated citizens through the HTTP API, and an honest count of what became of their votes."""

from dataclasses import replace
from random import Random

import pytest

from arena.contest import declaration
from arena.errors import RehearsalError
from arena.identity.secrets import Secrets
from arena.service.rehearsal import MOST_ATTEMPTS, Rehearsal
from arena.service.rounds import open_round
from arena.store import votes
from arena.store.session import Store
from tests.fakes import Chance, Clock
from tests.forked import ForkedArena
from tests.reporting.ballots import cast_many, changed
from tests.servers import ROOT, free_port
from tests.service.impostor import impostor


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A real server of the demo's round."""
    arena = ForkedArena(tmp_path_factory.mktemp("rehearsed"))
    arena.start()
    yield arena
    arena.stop()


@pytest.fixture
def database_url(tmp_path):
    """Rehearsals read little; SQLite stands for both."""
    return f"sqlite:///{tmp_path}/arena.db"


def unwatched():
    """Nobody watches."""


async def played(rehearsal, url, watch=unwatched, **asked):
    wanted = {"battles_wanted": 6, "voters": 3, "parallel": 3, "random": Random(5), **asked}
    return await rehearsal.play(url, **wanted, watch=watch)


async def test_more_citizens_than_slots(tmp_path):
    """Simulated citizens beyond the limits wait in line, and all of their votes come; behind https too."""
    arena = ForkedArena(tmp_path, ARENA_MOST_ANSWERING="2", ARENA_DEMO_SPEED="100", ARENA_HTTPS="1")
    arena.start()
    try:
        contest = declaration.read((ROOT / "models.yaml").read_text("utf-8"))
        store = Store(f"sqlite:///{tmp_path}/arena.db")
        round_ = open_round(store, contest, Secrets(tmp_path / "secrets"), Clock(), Chance(), "")
        rehearsed = await played(Rehearsal(store, round_), arena.url, battles_wanted=16, voters=8, parallel=8)
        store.close()
    finally:
        arena.stop()

    assert (rehearsed.acknowledged, rehearsed.lost, rehearsed.voids) == (16, 0, 0)


async def test_real_rehearsal(running):
    """On a real server each vote that was acknowledged is on record once, and all are counted."""
    contest = declaration.read((ROOT / "models.yaml").read_text("utf-8"))
    store = Store(f"sqlite:///{running.folder}/arena.db")
    round_ = open_round(store, contest, Secrets(running.folder / "secrets"), Clock(), Chance(), "")
    heard = []

    rehearsed = await played(
        Rehearsal(store, round_),
        running.url,
        lambda: heard.append(1),
        battles_wanted=40,
        voters=10,
        parallel=10,
    )

    with store.reading() as connection:
        recorded = votes.recorded(connection, contest.rules.round_id)
        controls = sum(cell.count for cell in votes.control_cells(connection, contest.rules.round_id))
    store.close()
    assert (rehearsed.acknowledged, rehearsed.lost, rehearsed.doubled, rehearsed.votes_before) == (
        40,
        0,
        0,
        0,
    )
    assert len(recorded) == len(heard) == 40
    assert rehearsed.standings.votes == 40 - controls
    assert rehearsed.standings.voters == 10
    assert {one.contestant for one in rehearsed.compared} == set(contest.roster.ids)


async def test_another_database(running, arena):
    """Against a server with its record in another database a rehearsal says so, in one plain error."""
    with pytest.raises(RehearsalError, match="another database"):
        await played(Rehearsal(arena.store, arena.round), running.url)


async def test_forgotten_votes(arena):
    """Votes that were acknowledged and are not on record are counted as lost, and as nothing else."""
    cast_many(arena)
    with impostor(arena, remembers=False) as server:
        rehearsed = await played(Rehearsal(arena.store, arena.round), server.url, voters=6)

    assert (rehearsed.acknowledged, rehearsed.lost, rehearsed.doubled, rehearsed.votes_before) == (
        6,
        6,
        0,
        40,
    )


async def test_doubled_votes(arena):
    """Votes on record that nobody was told of are counted as doubled."""
    cast_many(arena)
    with impostor(arena, doubles=True) as server:
        rehearsed = await played(Rehearsal(arena.store, arena.round), server.url)

    assert (rehearsed.acknowledged, rehearsed.lost, rehearsed.doubled) == (6, 0, 6)


async def test_void_and_busy(arena):
    """A void battle or a busy arena costs a citizen another question and no vote."""
    cast_many(arena)
    with impostor(arena, voids=3, busy=1) as server:
        rehearsed = await played(Rehearsal(arena.store, arena.round), server.url)

    assert (rehearsed.acknowledged, rehearsed.lost, rehearsed.doubled, rehearsed.voids) == (6, 0, 0, 3)


async def test_nothing_but_voids(arena):
    """Where every battle is void a rehearsal gives up, in one plain error."""
    with impostor(arena, voids=10**6) as server:
        with pytest.raises(RehearsalError, match=f"{MOST_ATTEMPTS} battles in a row"):
            await played(Rehearsal(arena.store, arena.round), server.url)


async def test_too_few_votes(arena):
    """A rehearsal too small for finite standings is done all the same: votes are counted, it has no order."""
    with impostor(arena) as server:
        rehearsed = await played(Rehearsal(arena.store, arena.round), server.url, battles_wanted=1, voters=1)

    assert (rehearsed.acknowledged, rehearsed.lost, rehearsed.doubled) == (1, 0, 0)
    assert (rehearsed.standings, rehearsed.compared, rehearsed.order_is_true) == (None, (), None)


async def test_more_citizens_than_battles(arena):
    """Citizens without a battle do not come in at all."""
    cast_many(arena)
    with impostor(arena) as server:
        rehearsed = await played(Rehearsal(arena.store, arena.round), server.url, battles_wanted=2, voters=9)

    assert rehearsed.acknowledged == 2
    assert server.asked.count("POST /api/me") == 2


def test_no_rehearsal(arena):
    """A round whose rules do not say `rehearsal` is never rehearsed."""
    real = replace(arena.round, contest=changed(arena.contest, rehearsal=False))

    with pytest.raises(RehearsalError, match="rehearsal: true"):
        Rehearsal(arena.store, real)


async def test_too_few_citizens(arena):
    """Too few citizens for the cap are refused before anything is asked, with the number it takes."""
    with impostor(arena) as server:
        with pytest.raises(RehearsalError, match="31 battles need 7 voters"):
            await played(Rehearsal(arena.store, arena.round), server.url, battles_wanted=31, voters=6)

    assert server.asked == []


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:{port}", "http://127.0.0.1:99999", "nonsense", "http://[", "ftp://127.0.0.1", ""],
)
async def test_wrong_address(arena, url):
    """An address where no arena is, or that is none, is one plain error."""
    with pytest.raises(RehearsalError):
        await played(Rehearsal(arena.store, arena.round), url.format(port=free_port()))


@pytest.mark.parametrize("notice", [b"<html>", b"\xff\xfe", [], {}, {"consent": "an older notice"}, "text"])
async def test_something_else_answers(arena, notice):
    """A server that is no arena is one plain error, whatever it says."""
    with impostor(arena, notice=notice, voids=10**6) as server:
        with pytest.raises(RehearsalError):
            await played(Rehearsal(arena.store, arena.round), server.url)
