"""What the engine answers besides pictures: how it is, which base it has loaded, what it found in an adapter.

Keys these do not know are passed over. Each `from_json` raises `BadAnswer`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Self, TypeVar

from protocol import checks
from protocol.errors import BadAnswer, InvalidRequest
from protocol.paint import RenderDefaults

_TEXT = 10_000
_NUMBERS = (0, 2**53)

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Health:
    """`detail` is one sentence: how far loading is, or why it failed."""

    status: Literal["loading", "ready", "failed"]
    detail: str = ""
    version: str = ""

    @classmethod
    def from_json(cls, data: object) -> Self:
        return _read("its health", data, cls._of)

    @classmethod
    def _of(cls, data: dict[str, Any]) -> Self:
        checks.one_of("status", data.get("status"), ("loading", "ready", "failed"))
        return cls(data["status"], _text(data, "detail"), _text(data, "version"))


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseCard:
    """A base as `GET /v1/models` lists it: its `name` there is `id`; `max_pixels` is width times height at most."""

    name: str
    fingerprint: str
    family: str
    defaults: RenderDefaults
    samplers: tuple[str, ...]
    max_pixels: int
    device: str
    dtype: str
    lane: str
    screened: bool = False
    """Each picture is looked at before it is handed out, and then there are no previews."""

    @classmethod
    def from_json(cls, data: object) -> Self:
        return _read("a base", data, cls._of)

    @classmethod
    def _of(cls, data: dict[str, Any]) -> Self:
        names = ("width", "height", "steps", "guidance_scale", "sampler")
        defaults: dict[str, Any] = dict.fromkeys(names, 0) | checks.mapping("defaults", data.get("defaults"))
        return cls(
            name=_text(data, "id"),
            defaults=RenderDefaults(**{name: defaults[name] for name in names}),
            samplers=_texts(data, "samplers"),
            max_pixels=checks.whole("max_pixels", data.get("max_pixels"), _NUMBERS),
            screened=checks.flag("screened", data.get("screened", False)),
            **{name: _text(data, name) for name in ("fingerprint", "family", "device", "dtype", "lane")},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterReport:
    """An adapter the engine took: how many modules of the base it changes, its highest rank, and where they are."""

    sha256: str
    modules: int
    rank: int
    targets: tuple[str, ...]

    @classmethod
    def from_json(cls, data: object) -> Self:
        return _read("a report on an adapter", data, cls._of)

    @classmethod
    def _of(cls, data: dict[str, Any]) -> Self:
        return cls(
            sha256=checks.sha256("sha256", data.get("sha256")),
            modules=checks.whole("modules", data.get("modules"), _NUMBERS),
            rank=checks.whole("rank", data.get("rank"), _NUMBERS),
            targets=_texts(data, "targets"),
        )


def _read(what: str, data: object, read: Callable[[dict[str, Any]], Answer]) -> Answer:
    try:
        return read(checks.mapping("the answer", data))
    except InvalidRequest as wrong:
        raise BadAnswer(f"The engine answered with {what} that cannot be read: {wrong.sentence}") from wrong


def _text(data: dict[str, Any], name: str) -> str:
    return checks.text(name, data.get(name, ""), _TEXT, blank=True)


def _texts(data: dict[str, Any], name: str) -> tuple[str, ...]:
    texts = data.get(name, [])
    if not isinstance(texts, list):
        raise checks.refuse(name, "a list", texts)
    return tuple(checks.text(name, text, _TEXT, blank=True) for text in texts)
