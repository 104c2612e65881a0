"""What made a picture, as an embed that keeps to Discord's limits whatever is in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import discord

from bot.jobs import Job
from bot.quoting import block, cut, quoted, units
from bot.styles.picks import Picks
from bot.texts import command, number, option, text
from bot.wish import WEIGHT
from protocol.paint import AdapterUse, PaintRequest
from protocol.parameters import Painted
from protocol.sheet import Cell

_TEXT = 4_090
"""Of an embed's description, which takes 4096; the fields below have the rest of 6000 in all."""
_USED, _STYLES, _AGAIN, _LINE = 300, 600, 300, 100
_CELLS = 900
"""Of a sheet, which has none of the first three."""
_AGAIN_PROMPT = 150
_FINGERPRINT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`base` and `lane` are empty, and `seconds` 0, where they are not known."""

    request: PaintRequest
    prompt_used: str
    seeds: Sequence[int]
    strength: float | None = None
    base: str = ""
    lane: str = ""
    seconds: float = 0.0

    @classmethod
    def recorded(cls, record: Painted) -> Self:
        fingerprint = record.base_fingerprint.rpartition(":")[2][:_FINGERPRINT]
        return cls(
            request=record.request,
            prompt_used=record.prompt_used,
            seeds=(record.request.seed,),
            strength=record.strength,
            base=" · ".join(filter(None, (record.base_name, fingerprint))),
            lane=record.lane,
        )

    @classmethod
    def of(cls, job: Job) -> Self:
        used = job.pictures[0].prompt_used if job.pictures else job.request.prompt
        seeds = [picture.seed for picture in job.pictures] or [job.request.seed or 0]
        return cls(request=job.request, prompt_used=used, seeds=seeds, strength=job.strength)


def of_job(job: Job, record: Painted | None, picks: Picks, locale: str) -> discord.Embed:
    """`record` is what its file says, where that is kept; the rest is what the job itself knows."""
    facts = known = Facts.of(job)
    if record is not None:
        facts = replace(Facts.recorded(record), seeds=known.seeds)
    # Several may have been painted together, or one after the other.
    facts = replace(facts, seconds=max((picture.seconds for picture in job.pictures), default=0.0))
    embed = _embed(facts, text(locale, "sheet_info" if job.variants else "info_title"), picks, locale)
    if job.variants:
        cells = [(variant.label, variant.adapters) for variant in job.variants]
        _list(embed, cells, picks, locale)
    _add(embed, locale, "asked", f"<@{job.user_id}> · <t:{round(job.created_at)}:f>")
    if not job.variants and (again := _again(job, picks, locale)):
        key = "info_again" if job.strength is None else "info_again_over"
        embed.add_field(name=text(locale, key), value=block(again, _AGAIN), inline=False)
    return embed.set_footer(text=job.id)


def of_file(record: Painted, picks: Picks, locale: str) -> discord.Embed:
    """Of a picture that anybody may have made: nothing in it is vouched for."""
    return _embed(Facts.recorded(record), text(locale, "info_file"), picks, locale)


def of_cells(cells: Sequence[Cell], picks: Picks, locale: str) -> discord.Embed:
    """Of a sheet that anybody may have made."""
    record = cells[0].painted
    common = replace(record, request=replace(record.request, adapters=()), styles=())
    facts = replace(Facts.recorded(common), prompt_used="")
    embed = _embed(facts, text(locale, "info_file"), picks, locale)
    _list(embed, [(cell.label, cell.painted.request.adapters) for cell in cells], picks, locale)
    return embed


def of_words(words: str, locale: str) -> discord.Embed:
    """What other programs write into their pictures, as it is."""
    return discord.Embed(title=text(locale, "info_file"), description=block(words, _TEXT))


def _embed(facts: Facts, title: str, picks: Picks, locale: str) -> discord.Embed:
    request = facts.request
    embed = discord.Embed(title=title, description=_words(request, locale))
    if facts.prompt_used not in ("", request.prompt):
        words = block(_short(request.prompt, facts.prompt_used), _USED)
        embed.add_field(name=text(locale, "info_used"), value=words, inline=False)
    if request.adapters:
        lines = "\n".join(_style(use, picks, locale) for use in request.adapters)
        embed.add_field(name=text(locale, "info_style"), value=cut(lines, _STYLES), inline=False)
    _add(embed, locale, "seed", ", ".join(map(str, facts.seeds)))
    _add(embed, locale, "size", "" if request.width is None else f"{request.width}x{request.height}")
    _add(embed, locale, "steps", "" if request.steps is None else str(request.steps))
    _add(embed, locale, "guidance", "" if request.guidance_scale is None else number(locale, request.guidance_scale))
    _add(embed, locale, "sampler", quoted(request.sampler or ""))
    _add(embed, locale, "base", quoted(facts.base, 60))
    _add(embed, locale, "lane", quoted(facts.lane, 30))
    key = "info_seconds_each" if len(facts.seeds) > 1 else "info_seconds_one"
    _add(embed, locale, "seconds", text(locale, key, seconds=facts.seconds) if facts.seconds else "")
    over = "" if facts.strength is None else text(locale, "info_over_value", strength=facts.strength)
    _add(embed, locale, "over", over)
    return embed


def _list(embed: discord.Embed, cells: Sequence[tuple[str, Sequence[AdapterUse]]], picks: Picks, locale: str) -> None:
    """What each picture of a sheet was painted with, on a line each; under its label where that is not one style."""
    lines = list[str]()
    for label, uses in cells:
        parts = " + ".join(_named(use, picks, locale) for use in uses)
        lines.append(parts if len(uses) == 1 else ": ".join(filter(None, (f"**{quoted(label, 60)}**", parts))))
    embed.add_field(name=text(locale, "sheet_cells"), value=cut("\n".join(lines), _CELLS), inline=False)


def _named(use: AdapterUse, picks: Picks, locale: str) -> str:
    style = picks.with_hash(use.sha256)
    name = style.name if style is not None else use.trigger or use.sha256[:_FINGERPRINT]
    return f"{quoted(name, 60)} × {number(locale, use.weight)}"


def _add(embed: discord.Embed, locale: str, name: str, value: str) -> None:
    """A small field, unless there is nothing to say."""
    if value:
        embed.add_field(name=text(locale, f"info_{name}"), value=cut(value, _LINE))


def _words(request: PaintRequest, locale: str) -> str:
    """The prompt, and what is not to be in the picture in the room that is left."""
    prompt = block(request.prompt, _TEXT)
    label = f"\n{text(locale, 'info_negative')}\n"
    left = _TEXT - units(prompt) - units(label)
    return prompt + label + block(request.negative_prompt, left) if request.negative_prompt and left > 40 else prompt


def _short(prompt: str, used: str) -> str:
    """What was used, or of a long one what was put in after the prompt."""
    return f"…{used[len(prompt) :]}" if units(used) > _USED - 20 and used.startswith(prompt) else used


def _style(use: AdapterUse, picks: Picks, locale: str) -> str:
    style, weight = picks.with_hash(use.sha256), number(locale, use.weight)
    if style is None:
        return f"{quoted(use.trigger or use.sha256[:_FINGERPRINT], 60)} × {weight}"
    legal = " · ".join(quoted(words, 80) for words in (style.licence, style.credit) if words)
    return f"**{quoted(style.name)}** × {weight}" + (f" · {legal}" if legal else "")


def _again(job: Job, picks: Picks, locale: str) -> str:
    """The options of `/paint`; empty where there are none for it, as for three styles, for more weight than it takes,
    or over another job's picture."""
    request = job.request
    styles = [picks.with_hash(use.sha256) for use in request.adapters]
    weights = {len(styles) * use.weight for use in request.adapters}
    if len(styles) > 2 or len(weights) > 1 or None in styles or (job.parent and job.strength is not None):
        return ""
    if not all(WEIGHT[0] <= weight <= WEIGHT[1] for weight in weights):  # of a blend that was made stronger
        return ""
    prompt, negative = (" ".join((words or "").split()) for words in (request.prompt, request.negative_prompt))
    options = {
        "prompt": prompt if len(prompt) <= _AGAIN_PROMPT else "…",
        "negative": negative if len(negative) <= _AGAIN_PROMPT // 3 else "…",
        "style": styles[0].name if styles and styles[0] else "",
        "blend_with": styles[1].name if len(styles) > 1 and styles[1] else "",
        "weight": "".join(f"{weight:g}" for weight in weights),
        "aspect": job.aspect,
        "seed": request.seed,
        "count": request.count if request.count > 1 else "",
        "steps": request.steps,
        "guidance": "" if request.guidance_scale is None else f"{request.guidance_scale:g}",
        "sampler": request.sampler,
        "strength": "" if job.strength is None else f"{job.strength:g}",
    }
    given = (f"{option(locale, name)}:{value}" for name, value in options.items() if value not in ("", None))
    return " ".join((command(locale, "paint"), *given))
