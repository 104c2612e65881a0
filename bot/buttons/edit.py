"""Edit: a form with the words and numbers of a picture, and another picture from what was changed in it."""

import math
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot.answers import Interaction, Refused, answering, say
from bot.buttons.base import JOB, JobButton, as_private, found, may_see
from bot.changes import told, weights
from bot.jobs import Job
from bot.modal import show
from bot.quoting import block, quoted
from bot.texts import text
from bot.wanted import Wanted, like
from bot.wish import PROMPT, WEIGHT
from protocol.limits import DRAWN_SEED_BITS, SEED, STEPS

if TYPE_CHECKING:
    from bot.client import StyleSealBot

FORM = re.compile(rf"edit:{JOB}")
_FIELD = 4_000
"""Characters of a form's field, by Discord's limit."""
_LONG = ("prompt", "negative")
_OPTIONAL = ("negative", "seed")
_NUMBER_CHARACTERS = {"seed": 20, "weight": 100, "steps": 3}
_HINTS: Mapping[str, Mapping[str, float]] = {
    "seed": {},
    "weight": {"low": WEIGHT[0], "high": WEIGHT[1]},
    "steps": {"low": STEPS[0], "high": STEPS[1]},
}


class Edit(JobButton, template=rf"edit:{JOB}"):
    name = "edit"
    for_everyone = True

    async def used(self, interaction: Interaction, bot: "StyleSealBot", job: Job) -> None:
        await show(interaction, form_of(job, await bot.locale_of(interaction)))


def form_of(job: Job, locale: str) -> discord.ui.Modal:
    """Filled in with what the picture was painted from. Raises `Refused` where that is too long for one."""
    modal = discord.ui.Modal(title=text(locale, "edit_title"), custom_id=f"edit:{job.id}")
    for name, value in written(job).items():
        if len(value) > _FIELD:
            raise Refused("edit_too_long")
        field = discord.ui.TextInput[discord.ui.View](
            custom_id=name,
            style=discord.TextStyle.paragraph if name in _LONG else discord.TextStyle.short,
            default=value or None,
            required=bool(value) and name not in _OPTIONAL,
            max_length=max(len(value), _NUMBER_CHARACTERS.get(name, PROMPT)),
        )
        hint = text(locale, f"edit_{name}_hint", **_HINTS[name]) if name in _HINTS else None
        modal.add_item(discord.ui.Label(text=text(locale, f"edit_{name}"), description=hint, component=field))
    return modal


def written(job: Job) -> dict[str, str]:
    """What a form has in each of its fields, by its custom_id."""
    request = job.request
    fields = {"prompt": request.prompt, "negative": request.negative_prompt or "", "seed": str(request.seed)}
    if request.adapters:
        fields["weight"] = weights(like(job), "en")
    return fields | {"steps": "" if request.steps is None else str(request.steps)}


async def edited(interaction: Interaction, match: re.Match[str], filled: Mapping[str, str]) -> None:
    """The form was sent. What was written in it is given back where nothing came of it."""
    bot: StyleSealBot = interaction.client
    before: Mapping[str, str] = {}
    painted = False
    async with answering(interaction):
        job = await found(interaction, match["job"], may_see)
        before = written(job)
        wanted, old = wanted_from(job, filled), like(job)
        if wanted == old:
            raise Refused("nothing_changed")
        wanted = await as_private(interaction, wanted)
        locale = await bot.language_there(interaction, private=wanted.private)
        await bot.asking.ask(interaction, wanted.changed(note=told(old, wanted, locale)))
        painted = True
    if not painted:
        await _give_back(interaction, await bot.locale_of(interaction), before, filled)


def wanted_from(job: Job, filled: Mapping[str, str]) -> Wanted:
    """A field that was left as it was keeps its value to the last digit. Raises `Refused`, `InvalidRequest`."""
    fields: dict[str, Any] = {}
    for name, value in written(job).items():
        typed = filled.get(name, value).strip()
        if typed != value.strip():
            fields |= _READERS[name](job, typed)
    return like(job).changed(**fields)


def _prompt(job: Job, typed: str) -> dict[str, Any]:
    if not typed:
        raise Refused("no_prompt")
    return {"prompt": typed}


def _negative(job: Job, typed: str) -> dict[str, Any]:
    return {"negative_prompt": typed or None}


def _seed(job: Job, typed: str) -> dict[str, Any]:
    if typed in ("", "-1"):
        return {"seed": secrets.randbits(DRAWN_SEED_BITS)}
    low, high = SEED[0], SEED[1] - job.request.count + 1
    if not re.fullmatch(r"\d{1,19}", typed) or not low <= int(typed) <= high:
        raise Refused("bad_seed", high=high, typed=quoted(typed, 50))
    return {"seed": int(typed)}


def _weight(job: Job, typed: str) -> dict[str, Any]:
    uses, (low, high) = job.request.adapters, WEIGHT
    numbers = [_real(part) for part in typed.split("+")]
    if len(numbers) != len(uses) or not all(low <= number <= high for number in numbers):
        key = "bad_weight" if len(uses) == 1 else "bad_weights"
        raise Refused(key, low=low, high=high, count=len(uses), typed=quoted(typed, 100))
    return {"adapters": tuple(replace(use, weight=number) for use, number in zip(uses, numbers, strict=True))}


def _steps(job: Job, typed: str) -> dict[str, Any]:
    low, high = STEPS
    if not re.fullmatch(r"\d{1,3}", typed) or not low <= int(typed) <= high:
        raise Refused("bad_steps", low=low, high=high, typed=quoted(typed, 50))
    return {"steps": int(typed)}


_READERS: Mapping[str, Callable[[Job, str], dict[str, Any]]] = {
    "prompt": _prompt,
    "negative": _negative,
    "seed": _seed,
    "weight": _weight,
    "steps": _steps,
}


def _real(typed: str) -> float:
    """With a point or a comma; what is no number is none of any range."""
    try:
        return float(typed.strip().replace(",", "."))
    except ValueError:
        return math.nan


async def _give_back(
    interaction: Interaction, locale: str, before: Mapping[str, str], filled: Mapping[str, str]
) -> None:
    embeds = [
        discord.Embed(title=text(locale, f"edit_{name}"), description=block(filled[name], 2_900))
        for name in _LONG
        if filled.get(name, "").strip() != before.get(name, "").strip()
    ]
    if embeds:
        await say(interaction, text(locale, "you_wrote"), embeds=embeds)
