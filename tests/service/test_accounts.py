"""Accounts of staff: who comes in, who does not, and that nobody can tell why not."""

from datetime import timedelta

import pytest

from arena.contest.roster import ContestantId
from arena.errors import BadRequest, BadSetting, NotPermitted, NotSignedIn
from arena.identity.known_browser import is_known
from arena.identity.oidc import Known
from arena.identity.staff import Role
from arena.service.accounts import FAILURES
from arena.store import accounts as kept
from tests.leading import ledger
from tests.staffing import CONTESTANT, hire, secret_of, staffed

KEY = b"k" * 32
NEW = "a new and longer password"


@pytest.fixture
def database_url(tmp_path):
    """Passwords are slow to check: what one database can do differently, `test_accounts_on_both` tests."""
    return f"sqlite:///{tmp_path}/arena.db"


@pytest.fixture
def service(arena):
    """Accounts for the staff of the arena."""
    return staffed(arena.store, KEY, arena.clock, arena.chance)[0]


@pytest.fixture
def book(arena):
    """Accounts for its operator."""
    return staffed(arena.store, KEY, arena.clock, arena.chance)[1]


@pytest.fixture
def member(book):
    """An operator with an account."""
    return hire(book, Role.OPERATOR)


def enter(arena, service, member, **others):
    """Sign in with the code of now."""
    said = {"name": member.name, "password": member.password, "code": member.code(arena.clock.now)}
    return service.sign_in(**said | others)


def acts(arena):
    """The acts on the ledger."""
    return [payload for kind, payload in ledger(arena) if kind == "Audited"]


def test_sign_in(arena, service, member):
    """Who has name, password and code comes in as what her account is."""
    session = service.session(enter(arena, service, member))

    assert (session.staff.name, session.staff.role) == (member.name, Role.OPERATOR)
    assert not session.must_change


def test_names_in_any_letters(arena, service, member):
    """Capital letters and spaces around a name are no other name."""
    assert enter(arena, service, member, name=f" {member.name.upper()} ")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "nobody"},
        {"name": ""},
        {"name": "\x00"},
        {"name": "x" * 100_000},
        {"password": "wrong"},
        {"password": ""},
        {"password": "x" * 100_000},
        {"code": "000000"},
        {"code": ""},
        {"code": "x" * 100_000},
        {"name": "' OR 1=1 --"},
    ],
)
def test_who_does_not_come_in(arena, service, member, wrong):
    """Whatever is wrong, the refusal is the same."""
    with pytest.raises(NotSignedIn) as refusal:
        enter(arena, service, member, **wrong)

    assert str(refusal.value) == "sign_in_needed"


def test_a_code_is_taken_once(arena, service, member):
    """A code that somebody looked over her shoulder for opens nothing a second time."""
    enter(arena, service, member)

    with pytest.raises(NotSignedIn):
        enter(arena, service, member)
    arena.clock.advance(seconds=30)
    assert enter(arena, service, member)


def test_lock_out(arena, service, member):
    """After five failures nobody comes in for a quarter of an hour, then she does."""
    for _ in range(FAILURES):
        with pytest.raises(NotSignedIn):
            enter(arena, service, member, password="wrong")

    with pytest.raises(NotSignedIn):
        enter(arena, service, member)
    arena.clock.advance(minutes=14, seconds=59)
    with pytest.raises(NotSignedIn):
        enter(arena, service, member)
    arena.clock.advance(seconds=1)
    assert enter(arena, service, member)


def test_locked_out_by_others(arena, service, member):
    """Who knows her name can lock her out, but not from a browser from which she has signed in before."""
    browser = service.known(enter(arena, service, member))
    for _ in range(FAILURES):
        with pytest.raises(NotSignedIn):
            enter(arena, service, member, password="wrong")
    arena.clock.advance(seconds=30)

    with pytest.raises(NotSignedIn):
        enter(arena, service, member)
    token = enter(arena, service, member, browser=browser)
    for _ in range(FAILURES):
        with pytest.raises(NotSignedIn):
            enter(arena, service, member, password="wrong")
    arena.clock.advance(seconds=30)
    code = member.code(arena.clock.now)
    service.change_password(service.staff_of(token), member.password, NEW, code, browser)


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"code": "000000"}])
def test_a_known_browser_guesses_no_more(arena, service, member, wrong):
    """From a known browser nobody can guess more often: it is unknown then, and the account locked out."""
    browser = service.known(enter(arena, service, member))
    for _ in range(2 * FAILURES):
        with pytest.raises(NotSignedIn):
            enter(arena, service, member, browser=browser, **wrong)
    arena.clock.advance(seconds=30)

    with pytest.raises(NotSignedIn):
        enter(arena, service, member, browser=browser)


def test_whose_browser_is_known(arena, service, book, member):
    """A browser is known to one account for half a year, until that is reset; what was made up is not."""
    browser = service.known(enter(arena, service, member))
    other = hire(book, Role.EVALUATOR)
    known = [
        is_known(KEY, one.id, one.salt, said, arena.clock.now + later)
        for one in book.all_of()
        for said, later in (
            (browser, timedelta(days=179)),
            (browser, timedelta(days=181)),
            (browser, -timedelta(seconds=1)),
            (browser.replace(".", ".x", 1), timedelta()),
            ("", timedelta()),
            ("9" * 500, timedelta()),
            ("1.é." + "0" * 64, timedelta()),
        )
        if one.shown in {member.name, other.name}
    ]
    book.reset(member.name)
    (after,) = [one for one in book.all_of() if one.shown == member.name]

    assert known == [False] * 7 + [True] + [False] * 6
    assert not is_known(KEY, after.id, after.salt, browser, arena.clock.now)


def test_who_came_in_is_on_record(arena, service, member):
    """A sign-in and a lock-out stand on the ledger; failures do not, or strangers could make it grow."""
    enter(arena, service, member)
    for _ in range(3 * FAILURES):
        with pytest.raises(NotSignedIn):
            enter(arena, service, member, code="000000")

    assert [one["act"] for one in acts(arena)] == ["add_account", "sign_in", "lock_out"]
    assert len({one["account"] for one in acts(arena)[1:]}) == 1


def test_failures_are_forgotten(arena, service, member):
    """Four mistakes and a success are no lock-out, however often."""
    for _ in range(3):
        for _ in range(FAILURES - 1):
            with pytest.raises(NotSignedIn):
                enter(arena, service, member, code="000000")
        arena.clock.advance(seconds=30)
        assert enter(arena, service, member)


def test_a_session_ends_unused(arena, service, member):
    """A session that is used lasts, up to twelve hours; one that is not ends after half an hour."""
    token = enter(arena, service, member)
    for _ in range(35):
        arena.clock.advance(minutes=20)
        service.session(token)
    arena.clock.advance(minutes=20)
    with pytest.raises(NotSignedIn):
        service.session(token)
    fresh = enter(arena, service, member)
    arena.clock.advance(minutes=30)

    with pytest.raises(NotSignedIn):
        service.session(fresh)


@pytest.mark.parametrize("token", [None, "", "x" * 43, "arena", "x" * 10_000])
def test_forged_sessions(service, token):
    """A token that nobody was given is nobody's."""
    with pytest.raises(NotSignedIn):
        service.staff_of(token)


def test_only_hashes_are_kept(arena, service, member):
    """The database holds neither the token nor the password nor the secret of the codes."""
    token = enter(arena, service, member)
    with arena.store.reading() as connection:
        rows = [
            str(row)
            for table in ("accounts", "staff_sessions", "openings")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
        ]

    assert [secret for secret in (token, member.password, member.secret) if secret in "".join(rows)] == []


def test_sign_out(arena, service, member):
    """Whoever has signed out is signed out, and her other sessions are not."""
    one = enter(arena, service, member)
    arena.clock.advance(seconds=30)
    other = enter(arena, service, member)
    service.sign_out(one)
    service.sign_out(None)

    with pytest.raises(NotSignedIn):
        service.session(one)
    assert service.session(other)


def test_sign_out_everywhere(arena, service, member):
    """Signing out everywhere ends every session, and stands in the audit."""
    tokens = []
    for _ in range(3):
        tokens.append(enter(arena, service, member))
        arena.clock.advance(seconds=30)
    service.sign_out_everywhere(service.staff_of(tokens[0]))

    for token in tokens:
        with pytest.raises(NotSignedIn):
            service.session(token)
    assert acts(arena)[-1]["act"] == "sign_out_everywhere"


def test_a_given_password_must_be_changed(arena, service, book):
    """The password that the operator made opens nothing but the page where it is changed."""
    handed = book.add("Somebody", Role.EVALUATOR)
    member = hire(book, Role.EVALUATOR, "other")
    member.name, member.password, member.secret = handed.name, handed.password, secret_of(handed.uri)
    token = enter(arena, service, member)
    staff = service.session(token).staff

    assert service.session(token).must_change
    with pytest.raises(NotPermitted):
        service.staff_of(token)
    arena.clock.advance(seconds=30)
    fresh = service.change_password(staff, member.password, NEW, member.code(arena.clock.now))
    with pytest.raises(NotSignedIn):
        service.session(token)
    assert service.staff_of(fresh).name == "somebody"
    arena.clock.advance(seconds=30)
    assert service.staff_of(enter(arena, service, member, password=NEW)).name == "somebody"
    assert [one["act"] for one in acts(arena)[-3:]] == ["sign_in", "change_password", "sign_in"]
    assert {one["account"] for one in acts(arena)[-3:]} == {staff.account}


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"current": "wrong"}, NotSignedIn),
        ({"code": "000000"}, NotSignedIn),
        ({"new": "short"}, BadRequest),
        ({"new": "operator-somebody!"}, BadRequest),
        ({"current": "wrong", "new": "short"}, NotSignedIn),
    ],
)
def test_a_password_that_is_not_changed(arena, service, member, change, refusal):
    """Without the current password and a code, or with a weak new one, nothing changes."""
    staff = service.staff_of(enter(arena, service, member))
    arena.clock.advance(seconds=30)
    said = {"current": member.password, "new": NEW, "code": member.code(arena.clock.now)}

    with pytest.raises(refusal):
        service.change_password(staff, **said | change)
    arena.clock.advance(seconds=30)
    assert enter(arena, service, member)


def test_guessing_by_changing(arena, service, member):
    """Whoever holds a session cannot guess the password by changing it: that locks out too."""
    staff = service.staff_of(enter(arena, service, member))
    for _ in range(FAILURES):
        with pytest.raises(NotSignedIn):
            service.change_password(staff, "wrong", NEW, "000000")
    arena.clock.advance(seconds=30)

    with pytest.raises(NotSignedIn):
        service.change_password(staff, member.password, NEW, member.code(arena.clock.now))


def test_disabled(arena, service, book, member):
    """A disabled account is out at once, and comes in again when it is enabled."""
    token = enter(arena, service, member)
    book.disable(member.name)
    arena.clock.advance(seconds=30)

    with pytest.raises(NotSignedIn):
        service.session(token)
    with pytest.raises(NotSignedIn):
        enter(arena, service, member)
    book.disable(member.name, undo=True)
    assert enter(arena, service, member)
    assert [one["after"]["disabled"] for one in acts(arena)[-3:-1]] == [1, 0]


def test_an_account_by_its_id(arena, service, book, member):
    """Nobody keeps the operator from disabling an account by being called, elsewhere, like its id or name."""
    (account,) = book.all_of()
    for number, shown in enumerate((account.id, account.id.lower(), member.name)):
        service.enter_from("https://id.example", Known(str(number), shown, Role.OPERATOR, None))
    book.disable(account.id)

    assert [one.id for one in book.all_of() if one.disabled] == [account.id]
    with pytest.raises(BadSetting, match="several"):
        book.disable(member.name)


def test_reset(arena, service, book, member):
    """A reset ends every session, the old password and the old codes; the lock-out too."""
    token = enter(arena, service, member)
    for _ in range(FAILURES):
        with pytest.raises(NotSignedIn):
            enter(arena, service, member, password="wrong")
    handed = book.reset(member.name)
    arena.clock.advance(seconds=30)

    for act in (lambda: service.session(token), lambda: enter(arena, service, member)):
        with pytest.raises(NotSignedIn):
            act()
    assert secret_of(handed.uri) != member.secret
    member.password, member.secret = handed.password, secret_of(handed.uri)
    assert service.session(enter(arena, service, member)).must_change


@pytest.mark.parametrize(
    ("name", "role", "contestant"),
    [
        ("", Role.AUDITOR, None),
        ("  ", Role.AUDITOR, None),
        ("x" * 61, Role.AUDITOR, None),
        ("a\nb", Role.AUDITOR, None),
        ("team", Role.TEAM, None),
        ("team", Role.TEAM, ContestantId("nobody")),
        ("evaluator", Role.EVALUATOR, CONTESTANT),
        ("Operator-Somebody", Role.OPERATOR, None),
    ],
)
def test_accounts_that_cannot_be(arena, book, member, name, role, contestant):
    """No account is made with an odd or taken name, or with a contestant that does not go with its role."""
    before = acts(arena)

    with pytest.raises(BadSetting):
        book.add(name, role, contestant)
    assert acts(arena) == before


@pytest.mark.parametrize("act", ["disable", "reset"])
def test_no_such_account(book, act):
    """What is done to an account that is not there is said to be impossible."""
    with pytest.raises(BadSetting, match="no account"):
        getattr(book, act)("nobody")


def test_the_record_names_nobody(arena, book):
    """An account stands on the ledger by its pseudonym, role and contestant, and by no name."""
    book.add("홍보담당", Role.TEAM, CONTESTANT)
    (account,) = book.all_of()

    assert acts(arena) == [
        {
            "account": "",
            "act": "add_account",
            "after": {"account": account.id, "contestant": CONTESTANT, "role": "team"},
            "before": {},
            "role": "command line",
            "round": "demo",
        }
    ]


def test_old_sessions_are_forgotten(arena, service, member):
    """Sessions that are over do not stay in the database."""
    for _ in range(3):
        enter(arena, service, member)
        arena.clock.advance(hours=13)
    enter(arena, service, member)
    with arena.store.reading() as connection:
        left = connection.execute(kept.select(kept.staff_sessions)).all()

    assert len(left) == 1
