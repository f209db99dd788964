import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.contest.homoglyphs import loose
from arena.contest.reading import (
    BLANK,
    BREAK,
    GAP,
    PUNCTUATION,
    SEEN,
    SHOWN,
    SPAN,
    WRITTEN,
    cuttable,
    is_marked,
    kind_of,
    read,
    settled,
    unfinished,
)

MARKS = "가 b & # 65 ; amp % EA B5 B4 ]( ](u) ) ( \\ < b> / ! ``` py &#66; %42"
PIECES = st.lists(
    st.sampled_from([*MARKS.split(), " ", "\n", "\n1. ", "x" * 40, "x" * SPAN]), max_size=25
).map("".join)


@pytest.mark.parametrize(
    ("text", "written", "shown"),
    [
        ("B&#97;r&#x44;", "bard", "bard"),
        ("B&aacute;rd &nosuch;", "bardnosuch", "bardnosuch"),
        ("%42a%EA%B5%B4 %E", "baㄱㅜㄹe", "baㄱㅜㄹe"),
        ("[Ba](http://x/(y)z)rd", "bahttpxyzrd", "bard"),
        (r"[Ba](a\)b)rd", "baabrd", "bard"),
        ("Ba<b>rd</b><!-- x -->", "babrdbx", "bard"),
        ("굴\n1. 렁", "ㄱㅜㄹ1ㄹㅓㅇ", "ㄱㅜㄹㄹㅓㅇ"),
        ("굴\n1.5", "ㄱㅜㄹ15", "ㄱㅜㄹ15"),
        (r"\text{B}\mathrm{ard}", "textbmathrmard", "bard"),
        ("Ba\n```python\nrd", "bapythonrd", "bard"),
        ("Ba`r`d", "bard", "bard"),
    ],
)
def test_two_ways_to_read(text, written, shown):
    """A text is read as it is written, and as a page shows it."""
    assert read(text, WRITTEN).letters == loose(written)
    assert read(text, SHOWN).letters == loose(shown)


def test_long_gaps_break():
    """Letters that stand too far apart are of no one name."""
    assert read("굴" + "-" * GAP + "렁", WRITTEN).letters == "ㄱㅜㄹㄹㅓㅇ"
    assert read("굴" + "-" * 50 + "렁", WRITTEN).letters == f"ㄱㅜㄹ{BREAK}ㄹㅓㅇ"


@pytest.mark.parametrize(
    ("piece", "kind"),
    [("\u200b", 0), ("-", SEEN), (" ", SEEN | BLANK), (",", SEEN | PUNCTUATION), ("\n", SEEN | BLANK)],
)
def test_kinds_of_gap(piece, kind):
    """What stands between letters is seen or not, and may end a clause."""
    assert kind_of(piece) == kind


@given(PIECES)
def test_units_cover_their_letters(text):
    """Every letter that is read has its place in the source, in order."""
    for marks in (WRITTEN, SHOWN):
        reading = read(text, marks)

        assert len(reading.letters) == len(reading.places)
        assert all(
            one.end <= other.start
            for one, other in zip(reading.units, reading.units[1:], strict=False)
            if BREAK not in (one.letters, other.letters)
        )


@given(PIECES, PIECES)
def test_reading_can_begin_anew(text, more):
    """Where a text is cut, what is before and after is read as if it were whole."""
    whole = text + more
    at = cuttable(whole, len(settled(text)))
    for marks in (WRITTEN, SHOWN):
        parts = read(whole[:at], marks).letters + read(whole[at:], marks).letters

        assert parts.replace(BREAK, "") == read(whole, marks).letters.replace(BREAK, "")


@given(PIECES, PIECES)
def test_unfinished_marks_are_seen_coming(text, more):
    """What is settled of a text is so whatever comes after it."""
    begun = settled(text)

    assert text.startswith(begun)
    assert cuttable(text + more, len(begun)) == len(begun)


@given(PIECES)
def test_unmarked_text_reads_in_one_way(text):
    """Where no mark is found, all ways to read agree, and every place can be cut."""
    if not is_marked(text):
        assert read(text, SHOWN) == read(text, WRITTEN)
        assert cuttable(text, len(text) // 2) == len(text) // 2


@given(PIECES)
def test_what_is_unfinished_is_bounded(text):
    """Nobody waits for a mark longer than so many characters."""
    assert len(text) - unfinished(text) <= SPAN
