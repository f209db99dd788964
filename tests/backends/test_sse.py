import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.backends.sse import SseParser
from arena.errors import BackendError, Fault

LINE_ENDS = st.sampled_from(["\n", "\r", "\r\n"])
FIELDS = st.sampled_from(["data: ", "data:", ": ", "event: ", "id: "])
VALUES = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=8)
LINES = st.tuples(FIELDS, VALUES).map("".join)
EVENTS = st.lists(LINES, max_size=4)


@st.composite
def streams(draw):
    parts = []
    for lines in draw(st.lists(EVENTS, max_size=5)):
        for line in [*lines, ""]:
            parts += [line, draw(LINE_ENDS)]
    return "".join(parts).encode()


def chunked(data, cuts):
    places = sorted({cut % (len(data) + 1) for cut in cuts})
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True)]


def read(chunks, limit=1 << 20):
    parser = SseParser(limit)
    return [data for chunk in chunks for data in parser.feed(chunk)]


@given(streams(), st.lists(st.integers(0, 500), max_size=30))
def test_chunks_do_not_matter(stream, cuts):
    """A contestant's words are the same however the network cuts them."""
    found = read(chunked(stream, cuts))

    assert found == read([stream])


@given(st.lists(VALUES, max_size=6), LINE_ENDS)
def test_every_event_comes_out(values, end):
    """Every event of a stream is given, in order, whatever ends its lines."""
    stream = "".join(f"data: {value}{end}{end}" for value in values).encode()

    assert read([stream]) == values


def test_comments_and_other_fields_are_skipped():
    """Keep-alive comments and event names are no words of a contestant."""
    stream = b": keep-alive\n\nevent: x\nid: 1\nretry: 2\ndata: word\n\n: keep-alive\n\n"

    assert read([stream]) == ["word"]


def test_several_data_lines_are_one_event():
    """An event may spread over lines."""
    assert read([b"data: one\ndata:two\n\n"]) == ["one\ntwo"]


def test_byte_order_mark_is_skipped():
    """A mark at the very beginning is no field."""
    assert read([b"\xef\xbb\xbfdata: word\n\n"]) == ["word"]


def test_unfinished_event_is_not_given():
    """What was cut off in the middle of an event is not shown."""
    assert read([b"data: whole\n\ndata: half"]) == ["whole"]


@pytest.mark.parametrize(
    "stream",
    [
        b"<html>\n",
        b"\x00\x01\x02\n",
        b"data: \xed\x95\n\n",
        b"data: " + b"x" * 100 + b"\n\n",
        b"data: " + b"x" * 100,
        b"data: xxxxxxxxxxxxxxxxxxxxxxxxx\n" * 4,
    ],
)
def test_what_is_no_event_stream_is_malformed(stream):
    """A server that does not speak the protocol, or never ends a line, is told so."""
    with pytest.raises(BackendError) as raised:
        read([bytes([byte]) for byte in stream], limit=64)

    assert raised.value.fault is Fault.MALFORMED


def test_events_before_a_fault_are_given():
    """Words that came before a fault stay said."""
    events = SseParser(64).feed(b"data: said\n\nnonsense\n")
    first = next(events)

    with pytest.raises(BackendError):
        next(events)

    assert first == "said"
