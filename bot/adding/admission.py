"""Whether an adapter does what it should: the same picture painted with it and without it, and the two compared.

The trigger is in both prompts, so that all that differs is the adapter. The two are ordinary requests of low priority.
"""

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

import numpy as np

from bot.link import AdapterFiles, EngineLink
from protocol.errors import AdapterRefused, BadAnswer, NotFinite
from protocol.events import Completed, Event
from protocol.order import PaintOrder
from protocol.paint import AdapterUse, PaintRequest
from protocol.parameters import painted_in

PROMPT = "a portrait of an astronaut"
SEED = 7
PRIORITY = -5
LEAST_DIFFERENCE = 0.01
"""Of the final latents, relative (L2). Rounding makes them differ by 0.001 at most."""
_TRIES = 3
"""Of painting without the adapter, until the engine has done so in the same batch shape as with it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Two pictures (PNG) of one seed, how far apart their latents are, and whether the engine's screen holds one of
    them back."""

    painted: bytes
    plain: bytes
    difference: float
    flagged: bool = False


async def tried(
    link: EngineLink,
    use: AdapterUse,
    files: AdapterFiles,
    on_event: Callable[[Event], None] = lambda _: None,
    *,
    prompt: str = PROMPT,
) -> Trial:
    """Raises `AdapterRefused` for an adapter that breaks the picture, or does not change it, on the engine's base."""
    request = PaintRequest(prompt=prompt, seed=SEED, adapters=(use,))
    try:
        painted = await _painted(link, request, files, on_event)
    except NotFinite as wrong:
        raise AdapterRefused(f"With this adapter no picture comes out on this base. {wrong.sentence}") from wrong
    bare = PaintRequest(prompt=painted.prompt_used, seed=SEED)
    for _ in range(_TRIES):
        plain = await _painted(link, bare, files, on_event)
        if painted_in(plain.png).batch == painted_in(painted.png).batch:
            break
    difference = relative_difference(painted.latents, plain.latents)
    if difference < LEAST_DIFFERENCE:
        raise AdapterRefused(
            f"This adapter changes the picture by {difference:.2%} only: it was hardly trained, is for another base, "
            f"or needs more than its weight of {use.weight:g}."
        )
    return Trial(painted.png, plain.png, difference, flagged=bool(painted.flagged or plain.flagged))


def relative_difference(one: bytes, other: bytes) -> float:
    """The length of the difference over the length of `other`; both are fp32 numbers. Raises `BadAnswer`."""
    first, second = (np.frombuffer(data, dtype="<f4").astype(np.float64) for data in (one, other))
    if first.shape != second.shape or not np.any(second) or not np.isfinite((first, second)).all():
        raise BadAnswer("The engine sent latents that cannot be compared.")
    return float(np.linalg.norm(first - second) / np.linalg.norm(second))


async def _painted(
    link: EngineLink, request: PaintRequest, files: AdapterFiles, on_event: Callable[[Event], None]
) -> Completed:
    order = PaintOrder(request=request, stream=True, priority=PRIORITY, latents=True)
    async with aclosing(link.paint(order, files)) as events:
        async for event in events:
            on_event(event)
            if isinstance(event, Completed):
                return event
    raise BadAnswer("The engine ended the request without a picture.")
