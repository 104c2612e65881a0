"""From what a member said to what is to be painted: options, over their preferences, over what the style recommends."""

from dataclasses import dataclass
from typing import Any

from adapters.styles import Catalogue, Style
from bot.answers import Refused
from bot.near import named
from bot.preferences import Preferences
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


def understood(wish: Wish, likes: Preferences, catalogue: Catalogue) -> Wanted:
    """Raises `InvalidRequest`, `Refused`."""
    if wish.strength is not None and not wish.init_url:
        raise Refused("strength_of_nothing")
    styles = _styles(wish, likes, catalogue)
    fields: dict[str, Any] = {
        "negative_prompt": _first(wish.negative, likes.negative),
        "steps": _first(wish.steps, likes.steps),
        "guidance_scale": _first(wish.guidance, likes.guidance),
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
        aspect=_first(wish.aspect, likes.aspect) or "",
        strength=wish.strength,
        init_url=wish.init_url,
        private=bool(_first(wish.private, likes.private)),
        spoiler=bool(wish.spoiler),
    )


def _styles(wish: Wish, likes: Preferences, catalogue: Catalogue) -> list[Style]:
    chosen = [] if wish.style is None else [named(catalogue, wish.style)]
    if wish.style is None and likes.style is not None:
        chosen = _if_there(likes.style, catalogue)
    if wish.blend_with is not None:
        other = named(catalogue, wish.blend_with)
        if other in chosen:
            raise Refused("blend_of_one", style=other.name)
        chosen.append(other)
    return chosen


def _if_there(name: str, catalogue: Catalogue) -> list[Style]:
    """A favourite that was removed since is passed over."""
    try:
        return [named(catalogue, name)]
    except Refused:
        return []


def _uses(styles: list[Style], weight: float | None) -> tuple[AdapterUse, ...]:
    """One as strong as asked for, or as it is recommended; of several, each has its share of that."""
    share = 1.0 / max(1, len(styles))
    return tuple(style.use(share * (style.weight if weight is None else weight)) for style in styles)


def _first(*values: Any) -> Any:
    """The first that is said."""
    return next((value for value in values if value is not None), None)
