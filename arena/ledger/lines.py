"""The lines of an exported ledger, read strictly: each has one form only.

A line that has its form is taken apart by a pattern; what is wrong with another is found out afterwards,
in words. Nothing here trusts what it reads: depth, digits and sizes are bounded.
"""

import json
import re
from hashlib import sha256
from typing import Any, NamedTuple

from arena.errors import BadFolder
from arena.ledger.canonical import LARGEST_INTEGER
from arena.ledger.checks import Words

LEDGER, OPENINGS, RULES = "ledger.jsonl", "openings.jsonl", "rules.json"
"""The files that hold them, and the rules that they name."""

MOST_BROKEN = 1000
"""After so many lines that cannot be read, the rest of a file is not read."""

ENTRY = re.compile(
    rb'\{"commit":"([0-9a-f]{64})",(?:"receipt":"([0-9a-f]{64})",)?"seq":(0|[1-9][0-9]{0,15}),'
    rb'"time":(0|[1-9][0-9]{0,11}),"type":"([A-Za-z]{1,40})"\}\n'
)
OPENING = re.compile(
    rb'\{"payload":(\{.*\}),"salt":"([0-9a-f]{32})","seq":(0|[1-9][0-9]{0,15})\}\n', re.DOTALL
)

NO_END = Words("줄이 끝나지 않습니다(파일이 잘렸습니다)", "the line has no end; the file is cut off")
EMPTY_LINE = Words("빈 줄입니다", "it is empty")
BOM = Words("앞에 BOM이 있습니다", "a byte-order mark stands before it")
CRLF = Words("줄 끝이 CRLF입니다", "it ends in CRLF, not LF")
NOT_UTF8 = Words("UTF-8이 아닙니다({0}번째 바이트)", "it is not UTF-8 (byte {0})")
NOT_JSON = Words("JSON이 아닙니다({0}번째 글자)", "it is not JSON (character {0})")
TRAILING = Words("JSON 뒤에 다른 것이 있습니다({0}번째 글자)", "something follows the JSON (character {0})")
TWO_KEYS = Words("같은 이름이 두 번 있습니다: {0}", "it names a field twice: {0}")
NO_NUMBER = Words("기록에 쓸 수 없는 수입니다: {0}", "it holds a number that the record cannot: {0}")
TOO_DEEP = Words("너무 깊이 겹쳐 있습니다", "it is nested too deeply")
HALF = Words("글자 반쪽이 있습니다", "it holds half a character")
OTHER_FORM = Words(
    "정해진 항목이나 표준 형태(RFC 8785)가 아닙니다",
    "it has other fields, or not the canonical form (RFC 8785)",
)

ENCODED = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
DECODED = json.JSONDecoder().decode


class Line(NamedTuple):
    """A public line of the ledger: hashes in hex, `receipt` None for all that is no vote."""

    commit: str
    receipt: str | None
    seq: int
    time: int
    kind: str


class Opening(NamedTuple):
    """An opening: what it opens, with which salt (16 bytes), and the payload's canonical bytes."""

    seq: int
    salt: bytes
    content: bytes

    def commitment(self) -> str:
        """Give the commitment that it fits, in hex."""
        return sha256(self.salt + self.content).hexdigest()


class Unreadable(BadFolder):
    """A line or file is not of its form; `why` says it in both languages."""

    def __init__(self, why: Words, *details: object) -> None:
        super().__init__(why.said("en", *details))
        self.why = why.with_details(*details)


def read_entry(raw: bytes) -> Line:
    """Read a line of `ledger.jsonl`, its newline included.

    Raises:
        Unreadable: it is not one.
    """
    match = ENTRY.fullmatch(raw)
    if match is None:
        raise unreadable(raw)
    commit, receipt, seq, time, kind = match.groups()
    shown = None if receipt is None else receipt.decode()
    return Line(commit.decode(), shown, int(seq), int(time), kind.decode())


def read_opening(raw: bytes) -> Opening:
    """Read a line of `openings.jsonl`, its newline included; the payload stays bytes.

    Raises:
        Unreadable: it is not one.
    """
    match = OPENING.fullmatch(raw)
    if match is None:
        raise unreadable(raw)
    content, salt, seq = match.groups()
    return Opening(int(seq), bytes.fromhex(salt.decode()), content)


def read_note(raw: bytes) -> str:
    """Read a line of `checkpoints.jsonl`, its newline included, and give the note's text.

    Raises:
        Unreadable: it is not one.
    """
    found = payload_of(raw.removesuffix(b"\n")) if raw.endswith(b"\n") else {}
    note = found.get("note")
    if found.keys() != {"note"} or not isinstance(note, str):
        raise unreadable(raw)
    return note


def payload_of(content: bytes) -> dict[str, Any]:
    """Read a payload, an object in its canonical form.

    Raises:
        Unreadable: it is not in that form.
    """
    try:
        text = content.decode()
        found = DECODED(text)
        if ENCODED(found) == text and isinstance(found, dict):
            return found
    except (ValueError, RecursionError):
        pass  # said below
    raise unreadable(content + b"\n")


def strict(content: bytes) -> Any:
    """Read a canonical document.

    Raises:
        Unreadable: it is not JSON, or not in the canonical form.
    """
    found = json_of(content)
    try:
        written = ENCODED(found).encode()
    except (ValueError, RecursionError) as error:
        raise Unreadable(TOO_DEEP if isinstance(error, RecursionError) else HALF) from error
    if written != content:
        raise Unreadable(OTHER_FORM)
    return found


def json_of(content: bytes) -> Any:
    """Read JSON in any form, without what hides: names twice, NaN, numbers beyond 2^53.

    Raises:
        Unreadable: it is not that.
    """
    if content.startswith(b"\xef\xbb\xbf"):
        raise Unreadable(BOM)
    try:
        found = _PARSER.decode(content.decode())
    except UnicodeDecodeError as error:
        raise Unreadable(NOT_UTF8, error.start + 1) from error
    except json.JSONDecodeError as error:
        raise Unreadable(TRAILING if error.msg == "Extra data" else NOT_JSON, error.pos + 1) from error
    except RecursionError as error:
        raise Unreadable(TOO_DEEP) from error
    return found


def unreadable(raw: bytes) -> Unreadable:
    """Say what is wrong with a line that has not its form."""
    if not raw.endswith(b"\n"):
        return Unreadable(NO_END)
    body = raw.removesuffix(b"\n")
    if not body.strip():
        return Unreadable(EMPTY_LINE)
    if body.endswith(b"\r"):
        return Unreadable(CRLF)
    try:
        strict(body)
    except Unreadable as error:
        return error
    return Unreadable(OTHER_FORM)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise Unreadable(TWO_KEYS, next(name for name in names if names.count(name) > 1))
    return found


def _whole(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > LARGEST_INTEGER:
        raise Unreadable(NO_NUMBER, digits)
    return int(digits)


def _refused(number: str) -> Any:
    raise Unreadable(NO_NUMBER, number)


_PARSER = json.JSONDecoder(object_pairs_hook=_once, parse_int=_whole, parse_constant=_refused)


def opening_line(seq: int, salt: bytes, content: bytes) -> bytes:
    """Write a line of `openings.jsonl`; `content` are the canonical bytes of the payload."""
    return b'{"payload":%b,"salt":"%b","seq":%d}\n' % (content, salt.hex().encode(), seq)
