"""However many sign in at once, or only try to: citizens do not wait for it."""

import asyncio

import httpx
import pytest

from arena.identity.staff import Role
from arena.web.staff import MOST_COMING
from arena.web.text import SIGN_IN
from tests.web.staffed_site import HTTPS, staffed_site

PATIENCE = 5.0
"""Seconds in which an idle site answers a citizen; longer, and she has waited for those who sign in."""

MORE = 25
"""So many come beside those who may wait: together more than there are threads for citizens."""


async def flood(site, store, form):
    """Sign in many times at once while nothing can be written; gives a citizen's answer, then theirs."""
    transport = httpx.ASGITransport(site)
    async with httpx.AsyncClient(transport=transport, base_url=HTTPS) as client:
        with store.writing():
            trying = [
                asyncio.create_task(client.post("/en/sign-in", data=form)) for _ in range(MOST_COMING + MORE)
            ]
            await asyncio.sleep(0.2)
            answer = await asyncio.wait_for(client.get("/api/notices"), PATIENCE)
        return answer, [await one for one in trying]


@pytest.fixture(scope="module")
def flooded(tmp_path_factory):
    """What a citizen and those who sign in were answered."""
    with staffed_site(tmp_path_factory.mktemp("flood")) as house:
        form = house.form(house.members[Role.EVALUATOR], code="000000")
        return house.runner.run(flood(house.site, house.store, form))


def test_citizens_do_not_wait(flooded):
    """While sign-ins hang, more than there are threads, a citizen is answered as ever."""
    assert flooded[0].status_code == 200


def test_more_than_may_wait(flooded):
    """Of those who sign in at once so many wait for their turn; the others are told to try again."""
    assert {one.status_code for one in flooded[1]} == {401}
    assert sum(SIGN_IN["en"]["busy"] in one.text for one in flooded[1]) == MORE
