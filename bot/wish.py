"""From what a member said to what is to be painted: options, over their preferences, over what their server sets, over
what the style recommends."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from bot.answers import Refused
from bot.jobs import opened
from bot.preferences import Preferences
from bot.quoting import quoted
from bot.servers.settings import ServerSettings
from bot.styles.near import named
from bot.styles.picks import Pick, Picks
from bot.wanted import Wanted
from protocol.paint import AdapterUse, PaintRequest

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


def understood(wish: Wish, likes: Preferences, settings: ServerSettings, picks: Picks, *, adult: bool = True) -> Wanted:
    """`adult` says whether what is age-restricted may be painted there: where it may not, a usual style that is so is
    passed over. Raises `InvalidRequest`, `Refused`."""
    if wish.strength is not None and not wish.init_url:
        raise Refused("strength_of_nothing")
    styles = _styles(wish, likes, settings, picks, adult=adult)
    plain = without_style(wish, likes, settings)
    request = opened(plain.request, styles[0].preset if styles else "")
    if wish.steps is None:
        request = replace(request, steps=_at_most(request.steps, settings.most_steps))
    return replace(
        plain,
        request=replace(request, adapters=_uses(styles, _first(wish.weight, likes.weight))),
        style=" + ".join(style.name for style in styles),
    )


def without_style(wish: Wish, likes: Preferences, settings: ServerSettings) -> Wanted:
    """As `understood`, save for what it is painted in."""
    request = PaintRequest(
        prompt=wish.prompt,
        negative_prompt=_first(wish.negative, likes.negative, settings.default_negative),
        steps=_first(wish.steps, _at_most(_first(likes.steps, settings.default_steps), settings.most_steps)),
        guidance_scale=_first(wish.guidance, likes.guidance, settings.default_guidance),
        sampler=wish.sampler,
        seed=wish.seed,
        count=wish.count,
    )
    return Wanted(
        request=request,
        aspect=_first(wish.aspect, likes.aspect, settings.default_aspect) or "",
        strength=wish.strength,
        init_url=wish.init_url,
        private=bool(_first(wish.private, likes.private)),
        spoiler=bool(_first(wish.spoiler, settings.spoiler)),
    )


def _styles(wish: Wish, likes: Preferences, settings: ServerSettings, picks: Picks, *, adult: bool) -> list[Pick]:
    chosen = [] if wish.style is None else [named(picks, wish.style)]
    if wish.style is None:
        usual = (_if_there(likes.style, picks), _if_there(settings.default_style, picks.catalogue))
        chosen = next((found for found in usual if found and (adult or not found[0].adult)), [])
    if wish.blend_with is not None:
        other = named(picks, wish.blend_with)
        if other in chosen:
            raise Refused("blend_of_one", style=quoted(other.name))
        chosen.append(other)
    return chosen


def _if_there(name: str | None, picks: Iterable[Pick]) -> list[Pick]:
    """What was removed since, or is of another server, is passed over."""
    return [] if name is None else [one for one in picks if one.name.casefold() == name.casefold()][:1]


def _uses(styles: list[Pick], weight: float | None) -> tuple[AdapterUse, ...]:
    """One as strong as asked for, or as it is recommended; of several, each has its share of that. What is in two of
    them is as strong as both have it together."""
    share = 1.0 / max(1, len(styles))
    strong = [style.uses(share * (style.weight if weight is None else weight)) for style in styles]
    return together(tuple(use for part in strong for use in part))


def together(uses: tuple[AdapterUse, ...]) -> tuple[AdapterUse, ...]:
    """Each adapter once, as strong as it is in all of them. Raises `InvalidRequest`."""
    first = {use.sha256: use for use in reversed(uses)}
    sums = {one: sum(use.weight for use in uses if use.sha256 == one) for one in first}
    return tuple(replace(first[one], weight=sums[one]) for one in dict.fromkeys(use.sha256 for use in uses))


def _at_most(value: int | None, most: int | None) -> int | None:
    return value if value is None or most is None else min(value, most)


def _first(*values: Any) -> Any:
    """The first that is said."""
    return next((value for value in values if value is not None), None)
