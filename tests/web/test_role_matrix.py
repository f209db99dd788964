"""The role matrix walked: every route, page and function of Gradio's, with every role and with none.

What is expected follows from two tables, `matrix` and `CONSOLES`, and from `PERMITTED`; the walk asks the
site itself what there is.
"""

import json
import re
from collections.abc import Iterator

import pytest
from starlette.routing import Mount

from arena.identity.staff import Role
from arena.service.permissions import PERMITTED
from arena.web.calls import CALL
from arena.web.consoles import CONSOLE_API, CONSOLES, consoles_for
from arena.web.matrix import ANYBODY, STAFF
from arena.web.shell import NEEDED
from tests.staffing import session_of
from tests.web.staffed_site import staffed_site

LANGUAGES = ("ko", "en")
CALLED = {"data": [], "event_data": None, "trigger_id": None, "session_hash": "a1b2c3"}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The whole site with one member of staff of each role."""
    with staffed_site(tmp_path_factory.mktemp("matrix")) as made:
        yield made


@pytest.fixture(scope="module")
def tokens(house):
    """A session of each role, and none."""
    return {None: None, **{role: house.session(role) for role in Role}}


def routes(found) -> Iterator[str]:
    """Every route of an application as `METHOD path`, those of its routers too."""
    for route in found:
        if isinstance(route, Mount):
            continue
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes(inner.routes)
        else:
            yield from (f"{method} {route.path}" for method in (route.methods or {"GET"}) - {"HEAD"})


def filled(path):
    """An address that fits the template of a route."""
    return re.sub(r"\{[^}]*\}", "1", path)


def is_refused(answer):
    """Tell whether a call was refused for who asked it."""
    refusals = {"sign_in_needed", "not_permitted", "bad_origin"}
    return answer.status_code in {401, 403} and answer.json()["error"] in refusals


def header_of(house, token):
    """What a page of this session sends with every change."""
    return {"arena-csrf": house.service.session(token).csrf} if token else {}


def test_every_route_has_a_row(house):
    """No route is served that stands in no table, and none stands there that is not served."""
    served = set(routes(house.api.routes))

    assert served == ANYBODY | STAFF.keys()


def test_what_anybody_may_ask_is_no_console():
    """No route of a console's part of the API is open to anybody, and every other one stands there."""
    assert [row for row in ANYBODY if CONSOLE_API.fullmatch(row.partition(" ")[2])] == []
    assert [row for row in STAFF if not CONSOLE_API.fullmatch(row.partition(" ")[2])] == []


def test_staff_routes(house, tokens):
    """A route of staff refuses whoever is not permitted its act, and nobody else."""
    surprises = []
    for (row, act), (role, token) in ((one, two) for one in STAFF.items() for two in tokens.items()):
        method, _, path = row.partition(" ")
        answer = house.ask(method, filled(path), token, headers=header_of(house, token))
        if is_refused(answer) != (role not in PERMITTED[act]):
            surprises.append((row, role, answer.status_code))

    assert surprises == []


def test_pages(house, tokens):
    """A page opens for the roles that its act is permitted to; others are led to signing in, or told."""
    surprises = []
    for language, (console, pages) in ((one, two) for one in LANGUAGES for two in CONSOLES.items()):
        for (page, act), (role, token) in ((one, two) for one in pages.items() for two in tokens.items()):
            answer = house.ask("GET", f"/{language}/{console}/{page}", token)
            expected = 303 if role is None else 200 if role in PERMITTED[act] else 403
            if answer.status_code != expected or ("gradio-app" in answer.text) != (expected == 200):
                surprises.append((language, console, page, role, answer.status_code))

    assert surprises == []


def test_functions(house, tokens):
    """A function of Gradio's answers the roles that its page's act is permitted to, and no others."""
    walked, surprises = 0, []
    for mount, known in house.site._handlers.items():
        for (number, act), (role, token) in (
            (one, two) for one in known.acts.items() for two in tokens.items()
        ):
            body = json.dumps({**CALLED, "fn_index": number})
            answer = house.ask(
                "POST", f"{mount}/{CALL}", token, content=body, headers=header_of(house, token)
            )
            expected = 401 if role is None else 403
            walked += 1
            if (answer.status_code == expected) != (role not in PERMITTED[act]):
                surprises.append((mount, number, role, answer.status_code))

    assert surprises == []
    assert walked > 100


def test_every_function_has_its_act(house):
    """Every function of a console has the act of its page; the citizens' take nothing and need none."""
    acts = {mount: set(known.acts) == set(known.numbers) for mount, known in house.site._handlers.items()}
    inputs = {mount for mount, known in house.site._handlers.items() if known.take_inputs}

    assert {mount for mount, is_so in acts.items() if is_so} == inputs
    assert inputs == {f"/{language}/{console}" for language in LANGUAGES for console in CONSOLES}


def test_other_routes_of_gradio(house, tokens):
    """Of Gradio's own routes staff reach no more than the pages need, and nobody else anything."""
    surprises = []
    mounts = {route.path: route.app for route in house.api.routes if isinstance(route, Mount)}
    for console, (role, token) in ((one, two) for one in CONSOLES for two in tokens.items()):
        for row in sorted(set(routes(mounts[f"/ko/{console}"].routes))):
            method, _, path = row.partition(" ")
            address = filled(f"/ko/{console}{path}")
            if NEEDED.fullmatch(address) or path.strip("/") in CONSOLES[console]:
                continue
            answer = house.ask(method, address, token, headers=header_of(house, token))
            entered = role is not None and console in consoles_for(role)
            if answer.status_code not in ({404} if entered else {401, 403}):
                surprises.append((row, console, role, answer.status_code))

    assert surprises == []


def test_files_of_consoles(house, tokens):
    """What a console's pages load is served to those who may enter it."""
    for role, token in tokens.items():
        for console in CONSOLES:
            answer = house.ask("GET", f"/ko/{console}/theme.css", token)
            entered = role is not None and console in consoles_for(role)
            assert answer.status_code == (200 if entered else 401 if role is None else 403)


def test_citizens_routes_know_no_staff(house, tokens):
    """A session of staff opens nothing among the citizens' routes that is closed without one."""
    surprises = []
    for row in sorted(ANYBODY - {"DELETE /api/me"}):
        method, _, path = row.partition(" ")
        if "account" in path or "sign-in" in path:
            continue
        answers = {role: house.ask(method, filled(path), token).status_code for role, token in tokens.items()}
        if len(set(answers.values())) != 1:
            surprises.append((row, answers))

    assert surprises == []


PLACES = ["/ko/operator/", "/ko/operator/theme.css", f"/ko/operator/{CALL}", "/api/operator/x"]


def refused(house, path, token):
    """Tell whether a place lets nobody in with this token."""
    method = "POST" if path.endswith(CALL) else "GET"
    return house.ask(method, path, token).status_code in {303, 401}


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize(
    "forged", ["x" * 43, "", "null", "../../etc", "' OR 1=1 --", "é", "x" * 5_000, "operator"]
)
def test_forged_sessions(house, path, forged):
    """A token that was never given opens nothing."""
    token = forged.encode("ascii", "ignore").decode() or "-"

    assert refused(house, path, token)


@pytest.mark.parametrize("path", PLACES)
def test_sessions_that_are_over(house, path):
    """A token that was signed out, is too old, or whose account was disabled, opens nothing any more."""
    stolen = house.session(Role.OPERATOR)
    house.service.sign_out(stolen)
    old = house.session(Role.OPERATOR)
    house.clock.advance(minutes=30)
    expired = refused(house, path, old)
    member = house.members[Role.OPERATOR]
    disabled = session_of(house.service, house.store, member, house.clock.now)
    house.book.disable(member.name)
    thrown_out = refused(house, path, disabled)
    house.book.disable(member.name, undo=True)

    assert refused(house, path, stolen)
    assert expired
    assert thrown_out


@pytest.mark.parametrize("said", ["", "x" * 64, "another session's"])
def test_changes_without_the_pages_token(house, said):
    """A change that does not carry what its own page was given is refused, whoever is signed in."""
    token = house.session(Role.OPERATOR)
    other = house.service.session(house.session(Role.AUDITOR)).csrf
    headers = {"arena-csrf": other if said.startswith("another") else said}
    answers = [
        house.ask("POST", path, token, headers=headers, content=json.dumps({**CALLED, "fn_index": 0}))
        for path in (f"/ko/operator/{CALL}", "/api/operator/x")
    ]

    assert [answer.status_code for answer in answers] == [403, 403]


@pytest.mark.parametrize(
    "host", ["arena.test/ko/team", "arena.test?/ko/team/", "arena.test#", "x/ko/operator/?", "[::1]", ""]
)
def test_the_host_decides_nothing(house, host):
    """Whatever host a request names, what it asks for is judged by its path."""
    token = house.session(Role.TEAM)
    answer = house.ask("GET", "/ko/operator/", token, headers={"host": host})

    assert answer.status_code in {303, 400, 403}
    assert "gradio-app" not in answer.text


def test_a_first_password_opens_nothing(house):
    """Whoever has not changed the password that she was given sees her account, and nothing else."""
    handed = house.book.add("new here", Role.OPERATOR)
    member = house.members[Role.OPERATOR]
    first = type(member)(handed.name, Role.OPERATOR, handed.password, handed.uri.partition("secret=")[2][:32])
    token = session_of(house.service, house.store, first, house.clock.now)
    statuses = {path: house.ask("GET", path, token).status_code for path in PLACES if CALL not in path}

    assert statuses == {"/ko/operator/": 303, "/ko/operator/theme.css": 403, "/api/operator/x": 403}
    assert house.ask("GET", "/ko/account", token).status_code == 200
