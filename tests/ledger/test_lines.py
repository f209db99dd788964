"""Lines of an export: one form each, and words for everything else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.ledger.canonical import canonical
from arena.ledger.checks import Check, Words
from arena.ledger.findings import Findings, Notice
from arena.ledger.flaws import Flaw
from arena.ledger.lines import (
    Unreadable,
    json_of,
    opening_line,
    payload_of,
    read_entry,
    read_note,
    read_opening,
    strict,
)
from arena.reporting.file_flaws import FileFlaw
from tests.strategies import PAYLOADS, VALUES

COMMIT = "ab" * 32
LINE = b'{"commit":"%b","seq":7,"time":1800000000,"type":"RoundOpened"}\n' % COMMIT.encode()

BROKEN = {
    b"": "the file is cut off",
    b"\n": "it is empty",
    LINE[:-1]: "the file is cut off",
    b"\xef\xbb\xbf" + LINE: "byte-order mark",
    LINE[:-1] + b"\r\n": "CRLF",
    LINE[:-1] + b" extra\n": "something follows",
    b'{"seq":7,"seq":7}\n': "twice: seq",
    b'{"seq":NaN}\n': "NaN",
    b'{"seq":12345678901234567890}\n': "12345678901234567890",
    b'{"seq":9007199254740993}\n': "9007199254740993",
    b"[" * 100_000 + b"\n": "too deeply",
    b"[" * 950 + b"]" * 950 + b"\n": "",
    b'{"seq":"\\ud800"}\n': "half a character",
    b"\xff\xfe\n": "not UTF-8 (byte 1)",
    b"\x00\x01\x02\n": "not JSON",
    b"{'seq': 7}\n": "not JSON",
    LINE.replace(b",", b", "): "canonical form",
    LINE.replace(b'"seq":7,', b""): "canonical form",
    b"7\n": "canonical form",
}


@pytest.mark.parametrize(("raw", "words"), BROKEN.items(), ids=range(len(BROKEN)))
@pytest.mark.parametrize("read", [read_entry, read_opening, read_note])
def test_broken_lines(read, raw, words):
    """Each way to break a line has its words, in both languages, and none stops the reader."""
    with pytest.raises(Unreadable) as refusal:
        read(raw)

    assert words in str(refusal.value)
    assert refusal.value.why.said("en") == str(refusal.value)
    assert refusal.value.why.said("ko") != str(refusal.value)


@given(st.integers(0, 10**15), st.integers(0, 10**11), st.booleans())
def test_entries_are_read_back(seq, time, is_vote):
    """A public line gives back what it was made of."""
    shown = {"commit": COMMIT, "seq": seq, "time": time, "type": "VoteCast"}
    line = read_entry(canonical({**shown, "receipt": COMMIT} if is_vote else shown) + b"\n")

    assert line == (COMMIT, COMMIT if is_vote else None, seq, time, "VoteCast")


@given(st.integers(0, 10**15), st.binary(min_size=16, max_size=16), PAYLOADS)
def test_openings_are_read_back(seq, salt, payload):
    """An opening gives back number, salt and payload, and is itself canonical."""
    raw = opening_line(seq, salt, canonical(payload))
    opening = read_opening(raw)

    assert raw == canonical({"payload": payload, "salt": salt.hex(), "seq": seq}) + b"\n"
    assert (opening.seq, opening.salt) == (seq, salt)
    assert payload_of(opening.content) == payload


@given(VALUES)
def test_strict_takes_what_canonical_writes(value):
    """Whatever has canonical bytes is read back from them."""
    assert strict(canonical(value)) == value


@given(st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_any_bytes(raw):
    """Bytes that are no document are refused, never a crash."""
    try:
        document = strict(raw)
    except Unreadable:
        return
    assert json.loads(raw) == document


@pytest.mark.parametrize("content", [b"[1]", b'{"a": 1}', b"{", b"\xff"])
def test_payloads_that_are_none(content):
    """A payload is an object in its canonical form."""
    with pytest.raises(Unreadable):
        payload_of(content)


def test_manifests_may_be_written_for_people():
    """Where the form is free, indentation and fractions are."""
    assert json_of(b'{\n "a": [1, 2.5]\n}') == {"a": [1, 2.5]}


def test_words_with_braces():
    """What a stranger wrote is shown as it is, on one line, and not too long."""
    words = Words("가 {0}", "a {0}").with_details("{1}\x1b[31m\n" + "x" * 500)

    assert words.said("en") == "a {1}?[31m?" + "x" * 111 + "…"
    assert words.said("ko").startswith("가 {1}")


def test_findings_are_counted_and_few_are_kept():
    """A million flaws are a number, not a list."""
    findings = Findings()
    for line in range(100):
        findings.found(Flaw.BROKEN_OPENING, "openings.jsonl", line, Words("왜", "why"))
    findings.note(Notice.SEED_SEALED)
    findings.found(Flaw.EMPTY, "ledger.jsonl")

    assert findings.counts == {Check.OPENINGS: 100, Check.ENTRIES: 1}
    assert len(findings.kept) == Findings.KEPT + 1
    assert findings.exit_code == Check.ENTRIES
    assert findings.kept[1].said("en") == "openings.jsonl:1: this line is no opening: why."
    assert findings.kept[-1].said("ko") == "ledger.jsonl: 기록이 비어 있습니다."
    assert [finding.check for finding in findings.kept[-2:]] == [Check.OPENINGS, Check.ENTRIES]
    assert findings.is_open(Check.PAIRING)


def test_checks_in_part():
    """A check is made in part where a notice says so, as long as it does not fail and was made at all."""
    findings = Findings()
    before = findings.is_partial(Check.SCORES)
    findings.note(Notice.COUNTS_ONLY)

    assert not before
    assert findings.is_partial(Check.SCORES)
    assert not findings.is_open(Check.SCORES)
    assert not findings.is_partial(Check.RESULT)
    findings.note(Notice.TOO_FEW_VOTERS)
    assert not findings.is_partial(Check.SCORES)


def test_a_check_that_fails_is_not_made_in_part():
    """What fails is said to fail, whatever was not checked."""
    findings = Findings()
    findings.note(Notice.PUBLIC_FOLDER)
    findings.note(Notice.COUNTS_ONLY)
    findings.found(FileFlaw.OTHER_SCORES, "standings.json")

    assert not findings.is_partial(Check.SCORES)
    assert not findings.is_open(Check.SCORES)
    assert findings.is_open(Check.PAIRING)


@pytest.mark.parametrize("notice", Notice)
def test_every_notice_in_both_languages(notice):
    """Whatever was not checked is said in Korean and in English, with the same details."""
    said = [notice.words.said(language, "DETAIL", "OTHER") for language in ("ko", "en")]

    assert said[0] != said[1]
    assert ("DETAIL" in said[0]) == ("DETAIL" in said[1])


@pytest.mark.parametrize("flaw", Flaw)
def test_every_flaw_in_both_languages(flaw):
    """Whatever can be wrong is said in Korean and in English, with the same details."""
    said = [flaw.words.said(language, "DETAIL", "OTHER") for language in ("ko", "en")]

    assert said[0] != said[1]
    assert ("DETAIL" in said[0]) == ("DETAIL" in said[1])
    assert ("OTHER" in said[0]) == ("OTHER" in said[1])
