"""Server-sent events: bytes in, the data of whole events out.

Law: what comes out depends on the bytes alone, never on how the network cut them into chunks.
Comments are skipped. A field that the standard does not know is an error here, not ignored, because
it means that whoever answered does not speak the protocol.
Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from collections.abc import Iterator

from arena.errors import BackendError, Fault

_BOM = b"\xef\xbb\xbf"
_UNUSED = frozenset({b"event", b"id", b"retry"})


class SseParser:
    """Reads one event stream; `limit` bytes are allowed for a line and for the data of an event."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._held = 0
        self._after_cr = False
        self._at_start = True
        self._data: list[bytes] = []
        self._data_size = 0

    def feed(self, chunk: bytes) -> Iterator[str]:
        """Give the data of every event that `chunk` completes; the iterator must be read to its end.

        Raises:
            BackendError: MALFORMED; the events before the fault have been given.
        """
        for line in self._lines(chunk):
            data = self._take(line)
            if data is not None:
                yield data

    def _lines(self, chunk: bytes) -> Iterator[bytes]:
        """Cut into lines (LF, CR or CRLF), keeping an unfinished one for the next chunk."""
        if self._after_cr and chunk:
            self._after_cr = False
            chunk = chunk.removeprefix(b"\n")
        for line in chunk.splitlines(keepends=True):
            ended = line.endswith((b"\n", b"\r"))
            if ended and not (self._held or self._at_start) and len(line) <= self._limit:
                yield line.rstrip(b"\r\n")  # as nearly all are: nothing needs to be held
                continue
            self._hold(line)
            if ended:
                yield self._whole_line()
        self._after_cr = self._after_cr or chunk.endswith(b"\r")

    def _hold(self, part: bytes) -> None:
        self._held += len(part)
        if self._held > self._limit:
            raise BackendError(Fault.MALFORMED, f"a line is longer than {self._limit} bytes")
        self._parts.append(part)

    def _whole_line(self) -> bytes:
        line = b"".join(self._parts).rstrip(b"\r\n")
        self._parts.clear()
        self._held = 0
        if self._at_start:
            self._at_start = False
            return line.removeprefix(_BOM)
        return line

    def _take(self, line: bytes) -> str | None:
        """Take one line in; give the event's data if the line ends an event that has any."""
        if not line:
            return self._event()
        field, _, value = line.partition(b":")
        if field == b"data":
            self._add(value.removeprefix(b" "))
        elif field and field not in _UNUSED:
            raise BackendError(Fault.MALFORMED, "a line is no field of an event stream")
        return None

    def _add(self, value: bytes) -> None:
        self._data_size += len(value) + 1
        if self._data_size > self._limit:
            raise BackendError(Fault.MALFORMED, f"an event is longer than {self._limit} bytes")
        self._data.append(value)

    def _event(self) -> str | None:
        if not self._data:
            return None
        data = b"\n".join(self._data)
        self._data.clear()
        self._data_size = 0
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BackendError(Fault.MALFORMED, "an event is not UTF-8") from error
