"""Pictures that come too slowly or too many at once, over sockets of our own."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from arena.web import guard
from tests.pictures import files
from tests.web.conftest import consent
from tests.web.test_pictures import added, contest  # noqa: F401 - a round that takes pictures

LONG = 60.0
"""Seconds after which a test is stuck; no test waits for them."""


@contextmanager
def coming(client: httpx.Client, first: bytes = b"") -> Iterator[socket.socket]:
    """A picture of one million bytes that a citizen has begun to send, and the server to read."""
    host, port = client.base_url.host, client.base_url.port
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    head = (
        f"POST {guard.PICTURES} HTTP/1.1\r\nhost: {host}:{port}\r\ncookie: {cookies}\r\n"
        "content-type: image/jpeg\r\ncontent-length: 1000000\r\nexpect: 100-continue\r\n\r\n"
    )
    with socket.create_connection((host, port), timeout=LONG) as sending:
        sending.sendall(head.encode())
        assert sending.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sending.sendall(first)
        yield sending


def dripping(sending: socket.socket) -> threading.Event:
    """Send a few bytes now and then until there is nobody to take them, or the event is set."""
    enough = threading.Event()

    def drip():
        try:
            while not enough.wait(0.2):
                sending.sendall(bytes(200))
        except OSError:
            pass

    threading.Thread(target=drip, daemon=True).start()
    return enough


def heard(sending: socket.socket) -> bytes:
    """All that the server says until it hangs up."""
    said = b""
    try:
        while more := sending.recv(65_536):
            said += more
    except ConnectionResetError:
        pass
    return said


@contextmanager
def citizens(served, number: int) -> Iterator[list[httpx.Client]]:
    """So many browsers whose citizens have consented."""
    with ExitStack() as stack:
        made = [stack.enter_context(httpx.Client(base_url=served.url, timeout=LONG)) for _ in range(number)]
        for one in made:
            consent(one)
        yield made


def test_pictures_that_drip(served):
    """Whoever sends a picture drop by drop is cut off, and others can send theirs again."""
    with (
        citizens(served, guard.MOST_PICTURES_COMING // guard.MOST_OF_ONE + 1) as (other, *slow),
        ExitStack() as stack,
    ):
        drips = [stack.enter_context(coming(one)) for one in slow for _ in range(guard.MOST_OF_ONE)]
        stops = [dripping(one) for one in drips]
        said = [heard(one) for one in drips]
        after = added(other)
        for stop in stops:
            stop.set()

    assert [one.split(b"\r\n")[0] for one in said] == [b"HTTP/1.1 503 Service Unavailable"] * len(drips)
    assert all(b"too_busy" in one for one in said)
    assert after["width"] == 320


def test_pictures_of_one_citizen(served, citizen):
    """One citizen has a few places for pictures that come, however many she opens; others have theirs."""
    with citizens(served, 1) as (other,), ExitStack() as stack:
        first = [stack.enter_context(coming(citizen, bytes(100_000))) for _ in range(guard.MOST_OF_ONE)]
        wanted = httpx.codes.SERVICE_UNAVAILABLE
        answer = citizen.post(guard.PICTURES, content=files.plain())
        taken = added(other)

    assert len(first) == guard.MOST_OF_ONE
    assert (answer.status_code, answer.json()["error"]) == (wanted, "too_busy")
    assert taken["width"] == 320


def test_places_are_given_back(citizen):
    """A picture that was taken, refused or cut off leaves its place to the next of the same citizen."""
    for _ in range(2 * guard.MOST_OF_ONE):
        with coming(citizen, bytes(1000)):
            pass
    refused = [
        citizen.post(guard.PICTURES, content=files.HTML).status_code for _ in range(2 * guard.MOST_OF_ONE)
    ]
    taken = [added(citizen)["width"] for _ in range(2 * guard.MOST_OF_ONE)]

    assert set(refused) == {422}
    assert set(taken) == {320}


@pytest.mark.parametrize("pause", [0.0, 0.05])
def test_a_picture_in_many_pieces(citizen, pause):
    """A picture that comes steadily is taken, in however many pieces."""
    whole = files.plain("PNG", (1500, 1000))
    sent = threading.Event()

    def pieces():
        for at in range(0, len(whole), max(1, len(whole) // 40)):
            sent.wait(pause)
            yield whole[at : at + max(1, len(whole) // 40)]

    assert citizen.post(guard.PICTURES, content=pieces()).status_code == 201
