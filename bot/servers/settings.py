"""What a server sets, over the bot's own defaults and under what its members say."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from bot.servers.blocked_words import can_be_found
from bot.sizes import ASPECTS
from bot.texts import LOCALES
from protocol import checks, limits
from protocol.errors import InvalidRequest

LISTED = 25
"""Channels, roles and hidden styles, each: as many as one list of Discord's lets choose."""
WORDS = 500
WORD = 50
WORDS_CHARACTERS = 15_000
"""Of all blocked words, with one between each two: so that a form has room for them."""
QUOTA = (1, 10_000)
ROLE_WEIGHT = (0.1, 100.0)
_SNOWFLAKE = (1, 2**63 - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """None, and an empty list, is not set. Ids are Discord's. Raises `InvalidRequest` for a value its field cannot
    have."""

    channels: tuple[int, ...] = ()
    """Where members may paint; their threads as well."""
    roles: tuple[int, ...] = ()
    """Whose members may paint."""
    style_roles: tuple[int, ...] = ()
    """Whose members may add styles and change these settings' styles, besides those who may manage the server."""
    log_channel: int | None = None
    language: str | None = None
    """Of what everybody sees."""
    default_style: str | None = None
    default_aspect: str | None = None
    default_steps: int | None = None
    default_guidance: float | None = None
    default_negative: str | None = None
    most_side: int | None = None
    """Pixels of a picture's longer side."""
    most_steps: int | None = None
    most_count: int | None = None
    """Pictures of one request."""
    quota: int | None = None
    """Pictures of one member in 24 hours."""
    role_quotas: Mapping[int, int] = field(default_factory=dict)
    """Of members with that role; the largest of several holds."""
    role_weights: Mapping[int, float] = field(default_factory=dict)
    """How much they weigh among the members of the server; the largest of several holds, and 1 without."""
    blocked_words: tuple[str, ...] = ()
    hidden_styles: tuple[str, ...] = ()
    """Names, in lower case, of styles of everyone that are not wanted here."""
    adult: bool = True
    """Whether age-restricted styles may be painted in, in age-restricted channels."""
    spoiler: bool = False
    """Whether pictures are hidden until they are clicked on, where nothing else is said."""

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if value is not None or one.default is not None:
                _CHECKS[one.name](one.name, value)

    def to_json(self) -> dict[str, Any]:
        """Without what is not set. Ids are text, since many programs that read JSON would round them."""
        standard = ServerSettings()
        set_ = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: _written(name, value) for name, value in set_.items() if value != getattr(standard, name)}

    def everything(self) -> dict[str, Any]:
        """As `to_json`, with what is not set as well."""
        return {one.name: _written(one.name, getattr(self, one.name)) for one in fields(self)}

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Null is not set. Raises `InvalidRequest`, also for what is no setting."""
        entries = checks.mapping("the settings", data)
        checks.known_keys("the settings", entries, NAMES)
        return cls(**{name: _read(name, value) for name, value in entries.items()})


def _ids(label: str, value: object) -> None:
    if len(_items(label, value)) > LISTED:
        raise checks.refuse(label, f"at most {LISTED} of them", len(_items(label, value)))
    for one in _items(label, value):
        checks.whole(label, one, _SNOWFLAKE)


def _words(most: int, longest: int) -> Callable[[str, object], None]:
    def check(label: str, value: object) -> None:
        if len(_items(label, value)) > most:
            raise checks.refuse(label, f"at most {most} of them", len(_items(label, value)))
        for one in _items(label, value):
            checks.text(label, one, longest, blank=False, lines=False)

    return check


def _blocked(label: str, value: object) -> None:
    _words(WORDS, WORD)(label, value)
    words = _items(label, value)
    if (all_ := sum(len(one) + 1 for one in words)) > WORDS_CHARACTERS:
        raise checks.refuse(label, f"at most {WORDS_CHARACTERS} characters together", all_)
    for one in words:
        if not can_be_found(one):
            raise checks.refuse(label, "words with letters or digits", one)


def _by_role(check_value: Callable[[str, object], object]) -> Callable[[str, object], None]:
    def check(label: str, value: object) -> None:
        entries = checks.mapping(label, value)
        _ids(label, tuple(entries))
        for one in entries.values():
            check_value(label, one)

    return check


def _items(label: str, value: object) -> tuple[Any, ...]:
    if not isinstance(value, tuple):
        raise checks.refuse(label, "a list", value)
    return value


_Check = Callable[[str, Any], object]
_CHECKS: Mapping[str, _Check] = {
    "channels": _ids,
    "roles": _ids,
    "style_roles": _ids,
    "log_channel": lambda label, value: checks.whole(label, value, _SNOWFLAKE),
    "language": lambda label, value: checks.one_of(label, value, LOCALES),
    "default_style": lambda label, value: checks.text(label, value, 100, blank=False, lines=False),
    "default_aspect": lambda label, value: checks.one_of(label, value, tuple(ASPECTS)),
    "default_steps": lambda label, value: checks.whole(label, value, limits.STEPS),
    "default_guidance": lambda label, value: checks.real(label, value, limits.GUIDANCE_SCALE),
    "default_negative": lambda label, value: checks.text(label, value, 2_000, blank=True),
    "most_side": lambda label, value: checks.whole(label, value, limits.SIZE_PIXELS, multiple=limits.SIZE_MULTIPLE),
    "most_steps": lambda label, value: checks.whole(label, value, limits.STEPS),
    "most_count": lambda label, value: checks.whole(label, value, limits.COUNT),
    "quota": lambda label, value: checks.whole(label, value, QUOTA),
    "role_quotas": _by_role(lambda label, value: checks.whole(label, value, QUOTA)),
    "role_weights": _by_role(lambda label, value: checks.real(label, value, ROLE_WEIGHT)),
    "blocked_words": _blocked,
    "hidden_styles": _words(LISTED, 100),
    "adult": checks.flag,
    "spoiler": checks.flag,
}
NAMES = tuple(_CHECKS)
_IDS = ("channels", "roles", "style_roles")
_BY_ROLE = ("role_quotas", "role_weights")


def _written(name: str, value: Any) -> Any:
    if name in _IDS:
        return [str(one) for one in value]
    if name in _BY_ROLE:
        return {str(role): one for role, one in value.items()}
    if name == "log_channel":
        return None if value is None else str(value)
    return list(value) if isinstance(value, tuple) else value


def _read(name: str, value: Any) -> Any:
    if name in _IDS or name in ("blocked_words", "hidden_styles"):
        if not isinstance(value, list):
            raise checks.refuse(name, "a list", value)
        if name not in _IDS and not all(isinstance(one, str) for one in value):
            raise checks.refuse(name, "a list of texts", value)
        return tuple(dict.fromkeys(_id(name, one) if name in _IDS else one for one in value))
    if name in _BY_ROLE:
        return {_id(name, role): one for role, one in checks.mapping(name, value).items()}
    if name == "log_channel":
        return _id(name, value)
    return value


def _id(name: str, value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str) or not value.isascii() or not value.isdigit() or len(value) > 20:
        raise InvalidRequest(f"{name} must hold ids of Discord's, not {checks.shown(value)}.", param=name)
    return int(value)


def largest(of_roles: Mapping[int, float], roles: Collection[int]) -> float | None:
    """What holds for somebody with these roles; None where nothing is said of any."""
    return max((one for role, one in of_roles.items() if role in roles), default=None)
