"""Signing in over HTTP: cookies, what is refused and how, and that a form came from its own page."""

import re

import pytest

from arena.identity.staff import Role
from arena.service.accounts import FAILURES
from arena.web.consoles import home
from arena.web.staff import BROWSER
from arena.web.text import SIGN_IN
from tests.staffing import Member, hire, secret_of, session_of
from tests.web.staffed_site import staffed_site


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The whole site with one member of staff of each role."""
    with staffed_site(tmp_path_factory.mktemp("staff")) as made:
        yield made


@pytest.mark.parametrize("role", Role)
def test_sign_in(house, role):
    """Whoever signs in lands on her own console, and her cookie is hers alone."""
    answer = house.ask("POST", "/ko/sign-in", data=house.form(house.members[role]))
    session, browser = (
        {part.strip().lower() for part in cookie.split(";")}
        for cookie in answer.headers.get_list("set-cookie")
    )

    assert answer.status_code == 303
    assert answer.headers["location"] == home(role, "ko")
    assert {"httponly", "samesite=strict", "secure", "path=/"} <= session & browser
    assert not any(part.startswith(("max-age", "expires")) for part in session)
    assert "max-age=15552000" in browser


def test_signing_in_again(house):
    """Whoever signs in where she is signed in leaves no session behind that nobody could end."""
    token = house.session(Role.AUDITOR)
    house.ask("POST", "/ko/sign-in", token, data=house.form(house.members[Role.AUDITOR]))

    assert house.ask("GET", "/ko/account", token).status_code == 303


def test_locked_out_by_others(house):
    """Whoever tries her name out does not keep her from her own browser."""
    member = hire(house.book, Role.EVALUATOR, "on-the-night")
    browser = house.ask("POST", "/ko/sign-in", data=house.form(member)).cookies[BROWSER]
    for _ in range(FAILURES):
        house.ask("POST", "/ko/sign-in", data=house.form(member, password="wrong"))
    elsewhere = house.ask("POST", "/ko/sign-in", data=house.form(member))
    hers = {"cookie": f"{BROWSER}={browser}"}
    answer = house.ask("POST", "/ko/sign-in", data=house.form(member), headers=hers)

    assert (elsewhere.status_code, answer.status_code) == (401, 303)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    "wrong", [{"name": "nobody"}, {"password": "wrong"}, {"code": "000000"}, {"name": ""}]
)
def test_who_does_not_come_in(house, language, wrong):
    """Whatever is wrong, the page is the same to the letter, and there is no cookie."""
    form = house.form(house.members[Role.EVALUATOR], **wrong)
    answer = house.ask("POST", f"/{language}/sign-in", data=form)
    usual = house.ask("POST", f"/{language}/sign-in", data={})
    house.ask("POST", f"/{language}/sign-in", data=house.form(house.members[Role.EVALUATOR]))

    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert SIGN_IN[language]["failed"] in answer.text
    assert answer.text == usual.text


@pytest.mark.parametrize(
    ("following", "place"),
    [
        ("/en/operator/", "/en/operator/"),
        ("/ko/evaluator/score", "/ko/evaluator/score"),
        ("https://evil.example/ko/operator/", "/ko/operator/"),
        ("//evil.example/ko/operator/", "/ko/operator/"),
        ("/ko/operator/\r\nset-cookie: x=y", "/ko/operator/"),
        ("/ko/", "/ko/operator/"),
        ("/api/operator/x", "/ko/operator/"),
        ("javascript:alert(1)", "/ko/operator/"),
    ],
)
def test_where_it_leads(house, following, place):
    """Signing in leads to the page of a console that she was on her way to, and nowhere else."""
    form = house.form(house.members[Role.OPERATOR], next=following)
    answer = house.ask("POST", "/ko/sign-in", data=form)

    assert answer.headers["location"] == place


@pytest.mark.parametrize("body", [b"\xff=1", b"x" * 5_000, b"&".join(b"a=1" for _ in range(50))])
def test_what_is_no_form(house, body):
    """What is no form of ours is refused in our words."""
    answer = house.ask("POST", "/en/sign-in", content=body)

    assert answer.status_code == 422
    assert answer.json()["error"] == "bad_request"


def test_foreign_forms(house):
    """Another site cannot sign anybody in, nor out."""
    for path in ("/ko/sign-in", "/ko/account/sign-out", "/ko/account/password"):
        answer = house.ask("POST", path, data={}, headers={"origin": "https://evil.example"})
        assert (answer.status_code, answer.json()["error"]) == (403, "bad_origin")


def csrf_of(page):
    """What a page sends back with a change."""
    return re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)[1]


def test_sign_out(house):
    """A page of hers signs her out; the token is worth nothing then, the cookie is gone."""
    token = house.session(Role.AUDITOR)
    page = house.ask("GET", "/ko/account", token)
    answer = house.ask("POST", "/ko/account/sign-out", token, data={"csrf": csrf_of(page)})
    again = house.ask("GET", "/ko/account", token)

    assert answer.status_code == 303
    assert 'arena_staff="";' in answer.headers["set-cookie"]
    assert (again.status_code, again.headers["location"]) == (303, "/ko/sign-in")


@pytest.mark.parametrize("path", ["sign-out", "everywhere", "password"])
def test_forms_of_other_sessions(house, path):
    """A form that another session's page sent, or none, changes nothing."""
    token, other = house.session(Role.OPERATOR), house.session(Role.AUDITOR)
    foreign = csrf_of(house.ask("GET", "/ko/account", other))
    for csrf in (foreign, "", "x" * 64, None):
        house.ask("POST", f"/ko/account/{path}", token, data={"csrf": csrf} if csrf is not None else {})

    assert house.service.session(token)


def test_everywhere(house):
    """Signing out everywhere ends her other sessions too."""
    token, other = house.session(Role.OPERATOR), house.session(Role.OPERATOR)
    page = house.ask("GET", "/en/account", token)
    house.ask("POST", "/en/account/everywhere", token, data={"csrf": csrf_of(page)})

    assert house.ask("GET", "/en/account", other).status_code == 303


NEW = {"new": "a much longer password", "again": "a much longer password"}


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"again": "another password"}, "weak.differ"),
        ({"new": "short", "again": "short"}, "weak.short"),
        ({"new": "x" * 201, "again": "x" * 201}, "weak.long"),
        ({"new": "auditor-somebody", "again": "auditor-somebody"}, "weak.name"),
        ({"current": "wrong"}, "change_failed"),
        ({"code": "000000"}, "change_failed"),
    ],
)
def test_a_password_that_is_not_changed(house, change, key):
    """What is wrong with a new password is said in plain words, and nothing changes."""
    member, token = house.members[Role.AUDITOR], house.session(Role.AUDITOR)
    house.clock.advance(seconds=60)
    form = {"csrf": csrf_of(house.ask("GET", "/ko/account", token)), "current": member.password, **NEW}
    answer = house.ask(
        "POST", "/ko/account/password", token, data=form | {"code": member.code(house.clock.now)} | change
    )

    assert answer.status_code == 422
    assert SIGN_IN["ko"][key] in answer.text
    assert house.session(Role.AUDITOR)


def test_change_of_a_password(house):
    """A changed password ends all other sessions, and the new one opens the door."""
    member = hire(house.book, Role.OPERATOR, "changing")
    token = session_of(house.service, house.store, member, house.clock.now)
    house.clock.advance(seconds=60)
    form = {"csrf": csrf_of(house.ask("GET", "/ko/account", token)), "current": member.password, **NEW}
    answer = house.ask(
        "POST", "/ko/account/password", token, data=form | {"code": member.code(house.clock.now)}
    )
    fresh = answer.cookies["arena_staff"]
    entered = house.ask("POST", "/ko/sign-in", data=house.form(member, password=NEW["new"]))

    assert (answer.status_code, answer.headers["location"]) == (303, "/ko/account?changed=1")
    assert SIGN_IN["ko"]["changed"] in house.ask("GET", "/ko/account?changed=1", fresh).text
    assert house.ask("GET", "/ko/account", token).status_code == 303
    assert entered.status_code == 303


def test_change_of_the_first_password(house):
    """Who has changed the password that she was given is in, without signing in once more."""
    handed = house.book.add("fresh", Role.EVALUATOR)
    member = Member(handed.name, Role.EVALUATOR, handed.password, secret_of(handed.uri))
    token = session_of(house.service, house.store, member, house.clock.now)
    house.clock.advance(seconds=30)
    form = {"csrf": csrf_of(house.ask("GET", "/ko/account", token)), "current": member.password, **NEW}
    answer = house.ask(
        "POST", "/ko/account/password", token, data=form | {"code": member.code(house.clock.now)}
    )

    assert (answer.status_code, answer.headers["location"]) == (303, "/ko/evaluator/")
    assert not house.service.session(answer.cookies["arena_staff"]).must_change


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ko/sign-in", 200),
        ("/en/sign-in?next=/en/operator/", 200),
        ("/ko/account", 303),
        ("/ko/sign-in/", 404),
        ("/ko/account/password", 404),
        ("/ko/account/nothing", 404),
        ("/xx/sign-in", 404),
    ],
)
def test_pages_without_a_session(house, path, status):
    """Signing in is there for everybody, the account for its holder, and nothing else."""
    answer = house.ask("GET", path)

    assert answer.status_code == status
    assert answer.headers["cache-control"] == "no-store"


def test_their_policy(house):
    """The pages of signing in run no script and send their forms nowhere else."""
    policy = house.ask("GET", "/ko/sign-in").headers["content-security-policy"]

    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy


def test_expired(house):
    """Half an hour later a page leads to signing in, and a call is refused."""
    token = house.session(Role.EVALUATOR)
    house.clock.advance(minutes=31)
    page = house.ask("GET", "/ko/evaluator/score", token)
    call = house.ask("POST", "/ko/evaluator/gradio_api/run/predict", token, json={})

    assert (page.status_code, page.headers["location"]) == (
        303,
        "/ko/sign-in?next=%2Fko%2Fevaluator%2Fscore",
    )
    assert (call.status_code, call.json()["error"]) == (401, "sign_in_needed")
