"""What goes wrong on purpose, so that a bot's own care for it can be tried (docs/playground.md, Faults)."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

ON_REQUESTS = ("rate_limit", "error", "lost", "slow", "refuse_upload", "forbid")
AT_ONCE = ("drop", "reconnect", "invalid_session", "expire_tokens")


@dataclass(slots=True, kw_only=True)
class Fault:
    """Only the fields of its kind mean anything. Raises `ValueError` with a sentence for what cannot be,
    `TypeError` for what is not even of the right kind."""

    number: int
    kind: str
    route: str = ""
    """What the template of a route must begin with."""
    method: str = ""
    times: int = 1
    """Requests that are still to meet it."""
    retry_after: float = 1.0
    is_global: bool = False
    status: int = 500
    how: str = "reset"
    seconds: float = 1.0
    code: int = 50013
    resumable: bool = True

    def __post_init__(self) -> None:
        if self.kind not in ON_REQUESTS + AT_ONCE:
            raise ValueError(f"there is no fault {self.kind!r}, only {', '.join(ON_REQUESTS + AT_ONCE)}")
        if self.status not in (500, 502, 503, 504):
            raise ValueError("an error's status is 500, 502, 503 or 504")
        if self.how not in ("reset", "502"):
            raise ValueError("an answer is lost by reset or by 502")
        numbers = (self.retry_after, self.seconds)
        if not all(isinstance(text, str) for text in (self.route, self.method)):
            raise TypeError("route and method are texts")
        if not all(isinstance(one, int) for one in (self.times, self.code)) or not all(map(math.isfinite, numbers)):
            raise TypeError("times and code are whole numbers, retry_after and seconds numbers")
        if self.times < 1 or self.retry_after < 0 or self.seconds < 0:
            raise ValueError("times is at least 1, retry_after and seconds are not negative")

    def fits(self, method: str, template: str, has_files: bool) -> bool:
        if self.kind == "refuse_upload" and not has_files:
            return False
        return template.startswith(self.route) and self.method.upper() in ("", method)

    def to_json(self) -> dict[str, Any]:
        form = {name: getattr(self, name) for name in self.__slots__}
        form["global"] = form.pop("is_global")
        return form


class Faults:
    """Those that wait for a request; `at_once` carries out the other kinds."""

    def __init__(self, at_once: Mapping[str, Callable[[Fault], None]]) -> None:
        self._at_once = at_once
        self._count = 0
        self._waiting: list[Fault] = []

    def add(self, asked: Mapping[str, Any]) -> Fault:
        """From the JSON of the control surface. Raises `ValueError` with a sentence."""
        fields = {("is_global" if key == "global" else key): value for key, value in asked.items()}
        if unknown := set(fields) - set(Fault.__slots__) | set(fields) & {"number"}:
            raise ValueError(f"a fault has no {', '.join(sorted(unknown))}")
        self._count += 1
        try:
            fault = Fault(number=self._count, **fields)
        except TypeError as wrong:
            raise ValueError(f"a fault needs its kind and fields of the right types ({wrong})") from None
        if fault.kind in AT_ONCE:
            self._at_once[fault.kind](fault)
        else:
            self._waiting.append(fault)
        return fault

    def all(self) -> list[Fault]:
        return list(self._waiting)

    def clear(self) -> None:
        self._waiting.clear()

    def meet(self, method: str, template: str, has_files: bool) -> list[Fault]:
        """Takes those that this request meets: the oldest that fits, and a slow answer besides."""
        fitting = [fault for fault in self._waiting if fault.fits(method, template, has_files)]
        slow = [fault for fault in fitting if fault.kind == "slow"][:1]
        met = slow + [fault for fault in fitting if fault.kind != "slow"][:1]
        for fault in met:
            fault.times -= 1
            if not fault.times:
                self._waiting.remove(fault)
        return met
