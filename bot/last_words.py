"""The end of what a process wrote, and what it makes of how the process ended."""

import signal

_TAIL_BYTES = 16 * 2**10
_TAIL_LINES = 5
_SPOKEN = "styleseal: "
"""Begins every line the command says to a person, among whatever else its libraries write."""


class LastWords:
    def __init__(self) -> None:
        self._tail = bytearray()

    def hear(self, chunk: bytes) -> None:
        self._tail += chunk
        del self._tail[:-_TAIL_BYTES]

    def spoken(self) -> str:
        """The lines it said to a person; empty where it said none."""
        return "\n".join(line.removeprefix(_SPOKEN) for line in self._lines() if line.startswith(_SPOKEN))

    def of(self, code: int) -> str:
        """What it said to a person, or else how it ended and the last it wrote."""
        if spoken := self.spoken():
            return spoken
        lines = self._lines()[-_TAIL_LINES:]
        return f"{_ended(code)}: " + "\n".join(lines) if lines else f"{_ended(code)} and said nothing."

    def _lines(self) -> list[str]:
        text = self._tail.decode("utf-8", "replace")
        return [line.strip() for line in text.replace("\r", "\n").split("\n") if line.strip()]


def ending(code: int | None) -> str:
    """How a process ended, as a sentence; None for one that did not, whatever was done."""
    return "It cannot be ended." if code is None else f"{_ended(code)}{_named(code)}."


def _ended(code: int) -> str:
    return f"It was ended by signal {-code}" if code < 0 else f"It ended with exit code {code}"


def _named(code: int) -> str:
    try:
        return f" ({signal.Signals(-code).name})"
    except ValueError:
        return ""
