"""Events as server-sent events, the format of a streamed answer: https://html.spec.whatwg.org/#server-sent-events."""

import json

from protocol.errors import BadAnswer
from protocol.events import Event, event_from_json

CONTENT_TYPE = "text/event-stream"
KEEP_ALIVE = b": still here\n\n"
"""A comment: sent while nothing happens, so that nothing on the way takes the connection for dead."""

_LONGEST = 128 * 2**20
"""Bytes held of one event: above any picture in base64, below what would fill the memory."""


def encode(event: Event) -> bytes:
    data = json.dumps(event.to_json(), allow_nan=False)  # ASCII and on one line, so it needs no further escaping
    return f"event: {event.type}\ndata: {data}\n\n".encode("ascii")


class Decoder:
    """Takes bytes as they come, split anywhere, and gives the events that they complete.

    Lines may end in LF, CRLF or CR; comments and fields other than `data` are passed over, and so is an event that the
    end of the stream leaves unfinished. Raises `BadAnswer` for what is no event.
    """

    def __init__(self) -> None:
        self._line = bytearray()
        self._data: list[bytes] = []
        self._held = 0
        self._after_cr = False

    def feed(self, chunk: bytes) -> list[Event]:
        if not chunk:
            return []
        events: list[Event] = []
        # A CR at the very end is a whole line end, and an LF that follows in the next chunk is its other half.
        if self._after_cr:
            chunk = chunk.removeprefix(b"\n")
        self._after_cr = chunk.endswith(b"\r")
        *lines, rest = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            self._hold(line)
            whole = bytes(self._line)
            self._line.clear()
            if whole:
                self._take(whole)
            elif (event := self._finish()) is not None:
                events.append(event)
        self._hold(rest)
        return events

    def _hold(self, part: bytes) -> None:
        self._held += len(part)
        if self._held > _LONGEST:
            raise BadAnswer("The engine sent an event too long to be one.")
        self._line += part

    def _take(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))

    def _finish(self) -> Event | None:
        data, self._data, self._held = b"\n".join(self._data), [], 0
        if not data:
            return None
        try:
            form = json.loads(data)
        except (ValueError, RecursionError) as wrong:
            raise BadAnswer("The engine sent an event that is not JSON.") from wrong
        return event_from_json(form)
