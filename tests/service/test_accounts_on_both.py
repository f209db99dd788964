"""Accounts on both databases: what locks, types and odd letters could do differently."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from arena.errors import NotSignedIn
from arena.identity.staff import Role
from arena.service.audit import Audit
from arena.store.audits import Wanted
from tests.staffing import hire, staffed

KEY = b"k" * 32


def test_an_account_from_first_to_last(arena):
    """An account is added, used, locked out, changed and disabled on either database."""
    service, book = staffed(arena.store, KEY, arena.clock, arena.chance)
    member = hire(book, Role.TEAM)
    token = service.sign_in(member.name, member.password, member.code(arena.clock.now))
    staff = service.staff_of(token)
    for _ in range(5):
        arena.clock.advance(minutes=2)
        service.session(token)
    with pytest.raises(NotSignedIn):
        service.sign_in("\x00", member.password, member.code(arena.clock.now))
    service.change_password(staff, member.password, "another long password", member.code(arena.clock.now))
    book.disable(member.name)
    found = Audit(arena.store, "demo", arena.clock, arena.chance).entries(
        staffed_operator(book, service, arena), Wanted(account=staff.account)
    )

    assert (staff.role, staff.contestant) == (Role.TEAM, "susukkang")
    assert [one.act for one in found.shown] == ["change_password", "sign_in"]
    assert {one.name for one in found.shown} == {member.name}


def staffed_operator(book, service, arena):
    """An operator who is signed in."""
    member = hire(book, Role.OPERATOR)
    return service.staff_of(service.sign_in(member.name, member.password, member.code(arena.clock.now)))


def test_a_code_is_taken_once_at_once(arena):
    """Of many who bring one code at the same moment one comes in."""
    service, book = staffed(arena.store, KEY, arena.clock, arena.chance)
    member = hire(book, Role.OPERATOR)

    def try_it(_):
        try:
            return service.sign_in(member.name, member.password, member.code(arena.clock.now))
        except NotSignedIn:
            return None

    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(try_it, range(4)))

    assert len([token for token in tokens if token]) == 1
