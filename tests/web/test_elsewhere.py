"""Signing in through a provider, over real HTTP with real signatures; and through one that lies."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from arena.contest.roster import ContestantId
from arena.errors import NotSignedIn
from arena.identity import oidc
from arena.identity.staff import Role
from arena.settings import OidcSettings
from arena.store import accounts
from arena.web.staff import ERRAND
from arena.web.text import SIGN_IN
from tests.provider import CLIENT_ID, CLIENT_SECRET, LIES, provider
from tests.web.staffed_site import HTTPS, staffed_site

ROLES = {"arena-evaluators": "evaluator", "arena-teams": "team", "arena-operators": "operator"}
SETTINGS = OidcSettings("https://id.example", CLIENT_ID, CLIENT_SECRET, "groups", ROLES, "contestant")
SOMEBODY = {"sub": "7f3a", "name": "한 평가자", "groups": ["staff", "arena-evaluators"]}


@pytest.fixture(scope="module")
def running():
    """A provider that runs."""
    with provider() as made:
        yield made


@pytest.fixture(scope="module")
def house(running, tmp_path_factory):
    """A site whose staff may sign in there."""
    settings = replace(SETTINGS, issuer=running.issuer)
    with staffed_site(tmp_path_factory.mktemp("elsewhere"), settings) as made:
        yield made


@pytest.fixture(autouse=True)
def honest(running):
    """Each test begins with an honest provider."""
    running.manner, running.claims = "", dict(SOMEBODY)


def leave(house, following=""):
    """Go to the provider; gives the cookie that is kept, and the address that she comes back to."""
    answer = house.ask("GET", f"/ko/sign-in/elsewhere?next={following}")
    if answer.status_code != 303:
        return "", answer
    back = httpx.get(answer.headers["location"]).headers["location"]
    return answer.cookies[ERRAND], back.removeprefix(HTTPS)


def come_back(house, errand, back):
    """Come back with the cookie that was kept."""
    return house.ask("GET", back, headers={"cookie": f"{ERRAND}={errand}"})


def enter(house, following=""):
    """Sign in there."""
    return come_back(house, *leave(house, following))


def test_sign_in_elsewhere(house):
    """Whom the provider knows comes in as what it says, by a page of ours and a strict cookie."""
    answer = enter(house, "/ko/evaluator/score")
    session = house.service.session(answer.cookies["arena_staff"])

    assert answer.status_code == 200
    assert '<meta http-equiv="refresh" content="0; url=/ko/evaluator/score">' in answer.text
    assert "samesite=strict" in answer.headers["set-cookie"].lower()
    assert (session.staff.name, session.staff.role, session.is_local) == ("한 평가자", Role.EVALUATOR, False)
    assert not session.must_change


def test_what_leaves_the_arena(house):
    """She is sent away with a challenge, a state and a nonce, and nothing secret."""
    answer = house.ask("GET", "/en/sign-in/elsewhere")
    query = parse_qs(urlsplit(answer.headers["location"]).query)

    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == [f"{HTTPS}/en/sign-in/back"]
    assert {"state", "nonce", "code_challenge"} <= query.keys()
    assert CLIENT_SECRET not in answer.headers["location"]
    assert "samesite=lax" in answer.headers["set-cookie"].lower()


def test_an_account_of_every_sign_in(house, running):
    """Signing in again is the same account, as what the provider says by then."""
    one = house.service.session(enter(house).cookies["arena_staff"]).staff
    running.claims |= {"groups": "arena-teams", "contestant": "susukkang", "name": "다른 이름"}
    other = house.service.session(enter(house).cookies["arena_staff"]).staff

    assert one.account == other.account
    assert (other.role, other.contestant, other.name) == (Role.TEAM, "susukkang", "다른 이름")


def test_a_change_of_role_ends_sessions(house, running):
    """Who is no longer an evaluator there has no session of an evaluator here."""
    running.claims["sub"] = "changing"
    token = enter(house).cookies["arena_staff"]
    running.claims["groups"] = "arena-operators"
    enter(house)

    with pytest.raises(NotSignedIn):
        house.service.session(token)


def test_a_disabled_account(house, running):
    """The operator can keep somebody out whom the provider knows."""
    running.claims |= {"sub": "kept-out", "name": "kept out"}
    token = enter(house).cookies["arena_staff"]
    house.book.disable("kept out")

    assert enter(house).status_code == 401
    with pytest.raises(NotSignedIn):
        house.service.session(token)


def test_no_password_opens_it(house):
    """An account of the provider's has no password here, and no page to change it."""
    token = enter(house).cookies["arena_staff"]
    page = house.ask("GET", "/ko/account", token)

    assert SIGN_IN["ko"]["held_elsewhere"] in page.text
    with pytest.raises(NotSignedIn):
        house.service.sign_in("7f3a", "", "000000")


MANNERS = [
    *LIES,
    "no signature",
    "our secret",
    "another key",
    "another issuer",
    "no token",
    "broken",
    "says no",
]


@pytest.mark.parametrize("manner", MANNERS)
def test_a_provider_that_lies(house, running, manner):
    """What is not signed by the provider, for us, for this errand and just now, lets nobody in."""
    before = len(house.book.all_of())
    running.manner = manner
    errand, back = leave(house)
    answer = come_back(house, errand, back) if errand else back

    assert answer.status_code == 401
    assert SIGN_IN["ko"]["elsewhere_failed"] in answer.text
    assert "arena_staff" not in answer.cookies
    assert len(house.book.all_of()) == before


@pytest.mark.parametrize(
    "claims",
    [
        {"groups": "stranger"},
        {"groups": []},
        {"groups": ["arena-evaluators", "arena-operators"]},
        {"groups": {"arena-evaluators": 1}},
        {"groups": [["arena-evaluators"]]},
        {"groups": "arena-teams"},
        {"groups": "arena-teams", "contestant": "nobody"},
        {"groups": "arena-teams", "contestant": ["susukkang"]},
        {"sub": ""},
        {"sub": "x" * 300},
        {"sub": "a\x00b"},
    ],
)
def test_whoever_has_no_role(house, running, claims):
    """Without exactly one role that the settings name, and a team without its contestant, nobody comes in."""
    running.claims |= claims

    assert enter(house).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        lambda errand, back: ("", back),
        lambda errand, back: ("x.y", back),
        lambda errand, back: (errand[:-1] + ("0" if errand[-1] != "0" else "1"), back),
        lambda errand, back: (errand, back.replace("state=", "state=x")),
        lambda errand, back: (errand, back.replace("code=", "code=x")),
        lambda errand, back: (errand, "/ko/sign-in/back"),
        lambda errand, back: (errand, back.replace("/ko/", "/en/")),
    ],
    ids=["no cookie", "forged", "altered", "another state", "another code", "nothing", "another address"],
)
def test_whoever_did_not_leave_from_here(house, change):
    """Only who comes back from where she was sent, with what she was given, comes in."""
    answer = come_back(house, *change(*leave(house)))

    assert answer.status_code == 401
    assert "arena_staff" not in answer.cookies


def test_coming_back_twice(house):
    """What the provider gave is taken once."""
    errand, back = leave(house)
    first, second = come_back(house, errand, back), come_back(house, errand, back)

    assert (first.status_code, second.status_code) == (200, 401)


def test_too_late(house):
    """Whoever takes longer than ten minutes begins again."""
    errand, back = leave(house)
    house.clock.advance(minutes=10, seconds=1)

    assert come_back(house, errand, back).status_code == 401


def test_errands_of_another_session(house):
    """What one browser keeps does not let another one in with a code of its own."""
    (errand, _), (_, back) = leave(house), leave(house)

    assert come_back(house, errand, back).status_code == 401


def test_the_page_offers_it(house):
    """The page to sign in leads to the provider, and only to console pages after it."""
    page = house.ask("GET", "/ko/sign-in?next=/ko/operator/")

    assert 'href="/ko/sign-in/elsewhere?next=/ko/operator/"' in page.text


def test_names_are_plain():
    """A name that steers a terminal or is endless is made plain; without one the subject is shown."""
    claims = {"sub": "s", "groups": "arena-operators"}
    one = oidc.known(claims | {"name": "a\x1b[2J" + "b" * 500}, SETTINGS, ())
    other = oidc.known(claims | {"name": "\x00"}, SETTINGS, ())

    assert one.shown == ("a[2J" + "b" * 500)[:200].replace("\x1b", "")
    assert other.shown == "s"
    assert oidc.known(claims, SETTINGS, (ContestantId("x"),)).role is Role.OPERATOR


def test_only_hashes_are_kept(house):
    """Nothing that the provider gave stays in the database."""
    enter(house)
    with house.store.reading() as connection:
        kept = [one for one in accounts.all_accounts(connection) if one.issuer]

    assert {one.password for one in kept} == {None}
