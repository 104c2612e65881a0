"""From what a member said to what is to be painted: options, over their preferences, over what their server sets, over
what the style recommends."""

from dataclasses import dataclass
from typing import Any

from bot.answers import Refused
from bot.near import named
from bot.picks import Pick, Picks
from bot.preferences import Preferences
from bot.server_settings import ServerSettings
from bot.wanted import Wanted
from protocol.paint import AdapterUse, PaintRequest
from protocol.presets import PRESETS

PROMPT = 2_000
"""Characters of a prompt that a member writes."""
WEIGHT = (0.0, 2.0)
"""What a member may ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The options of `/paint`; None is not said."""

    prompt: str
    style: str | None = None
    blend_with: str | None = None
    weight: float | None = None
    aspect: str | None = None
    negative: str | None = None
    seed: int | None = None
    count: int = 1
    steps: int | None = None
    guidance: float | None = None
    sampler: str | None = None
    strength: float | None = None
    init_url: str = ""
    spoiler: bool | None = None
    private: bool | None = None


def understood(wish: Wish, likes: Preferences, settings: ServerSettings, picks: Picks) -> Wanted:
    """Raises `InvalidRequest`, `Refused`."""
    if wish.strength is not None and not wish.init_url:
        raise Refused("strength_of_nothing")
    styles = _styles(wish, likes, settings, picks)
    fields: dict[str, Any] = {
        "negative_prompt": _first(wish.negative, likes.negative, settings.default_negative),
        "steps": _first(wish.steps, _at_most(likes.steps, settings.most_steps), settings.default_steps),
        "guidance_scale": _first(wish.guidance, likes.guidance, settings.default_guidance),
        "sampler": wish.sampler,
    }
    recommended = PRESETS[styles[0].preset].fields() if styles and styles[0].preset else {}
    request = PaintRequest(
        prompt=wish.prompt,
        adapters=_uses(styles, _first(wish.weight, likes.weight)),
        seed=wish.seed,
        count=wish.count,
        **recommended | {name: value for name, value in fields.items() if value is not None},
    )
    return Wanted(
        request=request,
        style=" + ".join(style.name for style in styles),
        aspect=_first(wish.aspect, likes.aspect, settings.default_aspect) or "",
        strength=wish.strength,
        init_url=wish.init_url,
        private=bool(_first(wish.private, likes.private)),
        spoiler=bool(_first(wish.spoiler, settings.spoiler)),
    )


def _styles(wish: Wish, likes: Preferences, settings: ServerSettings, picks: Picks) -> list[Pick]:
    chosen = [] if wish.style is None else [named(picks, wish.style)]
    if wish.style is None:
        usual = (_if_there(name, picks) for name in (likes.style, settings.default_style) if name is not None)
        chosen = next((found for found in usual if found), [])
    if wish.blend_with is not None:
        other = named(picks, wish.blend_with)
        if other in chosen:
            raise Refused("blend_of_one", style=other.name)
        chosen.append(other)
    return chosen


def _if_there(name: str, picks: Picks) -> list[Pick]:
    """What was removed since, or is of another server, is passed over."""
    return [one for one in picks if one.name.casefold() == name.casefold()][:1]


def _uses(styles: list[Pick], weight: float | None) -> tuple[AdapterUse, ...]:
    """One as strong as asked for, or as it is recommended; of several, each has its share of that."""
    share = 1.0 / max(1, len(styles))
    strong = (style.uses(share * (style.weight if weight is None else weight)) for style in styles)
    return tuple(use for uses in strong for use in uses)


def _at_most(value: int | None, most: int | None) -> int | None:
    return value if value is None or most is None else min(value, most)


def _first(*values: Any) -> Any:
    """The first that is said."""
    return next((value for value in values if value is not None), None)
