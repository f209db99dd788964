"""The evaluators' routes: what comes back, in which role, and that nothing else can be had."""

import asyncio
import io
import zipfile
from time import monotonic, sleep
from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError

from arena.errors import ArenaError
from arena.identity.staff import Role
from arena.web.application import _arena_error, _bad_request
from arena.web.desk import _desk, _signed_in
from arena.web.evaluator_api import router
from tests.reporting.ballots import cast_many
from tests.reporting.test_score_sheet import HEAD, as_csv, lines
from tests.service.evaluating import STAFF, evaluation_of, settled
from tests.signed import signed_arena


@pytest.fixture
def asked(store, contest, tmp_path):
    """Ask a route as somebody of the staff; the round has a hundred votes."""
    arena = signed_arena(store, contest, tmp_path)
    cast_many(arena, voters=25)
    api = FastAPI()
    api.include_router(router)
    api.add_exception_handler(ArenaError, _arena_error)
    api.add_exception_handler(RequestValidationError, _bad_request)
    desk = SimpleNamespace(evaluation=evaluation_of(arena, tmp_path))
    who = {"by": STAFF[Role.EVALUATOR]}
    api.dependency_overrides[_desk] = lambda: desk
    api.dependency_overrides[_signed_in] = lambda: who["by"]

    async def send(method, path, content):
        transport = httpx.ASGITransport(api)
        async with httpx.AsyncClient(transport=transport, base_url="http://arena.test") as client:
            return await client.request(method, f"/api/evaluator/{path}", content=content)

    def ask(method, path, role=Role.EVALUATOR, content=None):
        who["by"] = STAFF[role]
        return asyncio.run(send(method, path, content))

    yield ask
    settled(desk.evaluation)


def patiently(ask, is_there, patience=60.0):
    """Ask until it is there."""
    until = monotonic() + patience
    while monotonic() < until:
        answer = ask()
        if is_there(answer):
            return answer
        sleep(0.05)
    raise AssertionError("it never was")


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_charts(asked, kind):
    """Charts are files, the same each time."""
    answer = patiently(
        lambda: asked("GET", f"charts/forest.{kind}"), lambda answer: answer.status_code == 200
    )

    assert answer.headers["content-disposition"] == f'attachment; filename="forest.{kind}"'
    assert answer.headers["cache-control"] == "private, no-store"
    assert asked("GET", f"charts/forest.{kind}").content == answer.content
    assert asked("GET", "charts/other.svg").status_code == 404
    assert asked("GET", "charts/forest.exe").status_code == 404


def test_scores(asked, contest):
    """A sheet with mistakes is answered with all of them; a right one is taken."""
    rows = lines(contest)
    wrong = asked("PUT", "scores", content=as_csv([HEAD, *rows[1:]])).json()
    right = asked("PUT", "scores", content=as_csv([HEAD, *rows])).json()

    assert (wrong["taken"], len(wrong["mistakes"])) == (False, 1)
    assert right == {"taken": True, "mistakes": []}


def test_templates(asked):
    """The template comes as CSV and as XLSX, and as nothing else."""
    assert asked("GET", "template.csv").content.startswith(b"\xef\xbb\xbf")
    assert zipfile.is_zipfile(io.BytesIO(asked("GET", "template.xlsx").content))
    assert asked("GET", "template.pdf").status_code == 422


@pytest.mark.parametrize(("role", "kind"), [(Role.EVALUATOR, "public"), (Role.AUDITOR, "auditors")])
def test_exports(asked, role, kind):
    """An export is begun, watched, and had whole and piece by piece."""
    assert asked("GET", f"exports/{kind}", role).status_code == 404
    assert asked("POST", f"exports/{kind}", role).json()["state"] in {"running", "ready"}
    job = patiently(
        lambda: asked("GET", f"exports/{kind}/status", role), lambda one: one.json()["state"] == "ready"
    ).json()
    whole = asked("GET", f"exports/{kind}", role)
    sizes = {
        one["name"]: len(asked("GET", f"exports/{kind}/files/{one['name']}", role).content)
        for one in job["files"]
    }

    assert len(whole.content) == job["bytes"]
    assert sizes == {one["name"]: one["bytes"] for one in job["files"]}
    assert (job["progress"], job["current"]) == (1.0, True)
    assert whole.headers["x-content-type-options"] == "nosniff"


EVALUATORS = [
    ("GET", "charts/forest.svg"),
    ("GET", "template.csv"),
    ("PUT", "scores"),
    ("POST", "exports/public"),
    ("GET", "exports/public/status"),
    ("GET", "exports/public"),
    ("GET", "exports/public/files/votes.csv"),
]
AUDITORS = [
    ("POST", "exports/auditors"),
    ("GET", "exports/auditors/status"),
    ("GET", "exports/auditors"),
    ("GET", "exports/auditors/files/votes.csv"),
]


@pytest.mark.parametrize("role", [Role.TEAM, Role.OPERATOR])
def test_others_get_nothing(asked, role):
    """Teams and operators get 403 from every route, whatever they ask."""
    answers = {asked(method, path, role).status_code for method, path in (*EVALUATORS, *AUDITORS)}

    assert answers == {403}


def test_openings_are_the_auditors(asked):
    """What opens battles and votes is not the evaluators'."""
    answers = {asked(method, path, Role.EVALUATOR).status_code for method, path in AUDITORS}

    assert answers == {403}


@pytest.mark.parametrize("name", ["..%2Fabout.json", "about.json", "%2Fetc%2Fpasswd", "x" * 101])
def test_no_other_file(asked, name):
    """No name leads out of the export."""
    asked("POST", "exports/public")
    patiently(lambda: asked("GET", "exports/public/status"), lambda one: one.json()["state"] == "ready")

    assert asked("GET", f"exports/public/files/{name}").status_code in {404, 422}
    assert asked("POST", "exports/other").status_code == 422
