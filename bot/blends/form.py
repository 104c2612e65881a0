"""The form in which a blend is changed: its name, its title, and a line for each of its styles."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import discord

from adapters.styles import Style
from bot import gate
from bot.answers import Interaction, Refused
from bot.blends.making import NAME, PARTS, TITLE, folded, sound_name, sound_parts, sound_title
from bot.blends.page import said_parts
from bot.quoting import quoted
from bot.servers.blocked_words import first_blocked
from bot.store.blends import KeptBlend, Part
from bot.styles.near import named
from bot.texts import number, text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

FORM = re.compile(r"blend:(?P<blend>[0-9a-f]{16})")
_LINES = 400
_LINE = re.compile(r"(?P<name>.+?)(?:\s*[×*]\s*|\s+[xх]\s*)(?P<weight>\d{1,2}(?:[.,]\d{1,6})?)")
"""The letters are Latin and Cyrillic."""


def form_of(kept: KeptBlend, locale: str) -> discord.ui.Modal:
    modal = discord.ui.Modal(title=text(locale, "blend_form"), custom_id=f"blend:{kept.id}")
    lines = "\n".join(f"{part.name} × {number(locale, part.weight)}" for part in kept.parts)
    fields = {"name": (kept.name, NAME, True), "title": (kept.title, TITLE, False), "parts": (lines, _LINES, True)}
    for name, (value, most, required) in fields.items():
        field = discord.ui.TextInput[discord.ui.View](
            custom_id=name,
            style=discord.TextStyle.paragraph if name == "parts" else discord.TextStyle.short,
            default=value or None,
            required=required,
            max_length=most,
        )
        hint = text(locale, "blend_form_hint", most=PARTS) if name == "parts" else None
        modal.add_item(discord.ui.Label(text=text(locale, f"blend_form_{name}"), description=hint, component=field))
    return modal


async def edited(interaction: Interaction, match: re.Match[str], filled: Mapping[str, str]) -> None:
    """The form was sent. Raises `Refused`."""
    bot: StyleSealBot = interaction.client
    await gate.check(bot, interaction)
    own = await bot.blends.of_member(interaction.user.id)
    kept = next((one for one in own if one.id == match["blend"]), None)
    if kept is None:
        raise Refused("blend_gone")
    parts = sound_parts(await _read(interaction, kept, filled.get("parts", "")))
    name, title = sound_name(filled.get("name", "")), sound_title(filled.get("title", ""))
    if folded(name) != kept.folded:
        await check_name(interaction, name, of=kept)
    for guild_id in await bot.blends.servers_of(kept):
        await check_words(bot, guild_id, name, title)
        await _check_there(bot, guild_id, kept, name, parts)
    changed = await bot.blends.edit(kept, name, title, parts)
    locale = await bot.locale_of(interaction)
    words = text(locale, "blend_changed", blend=quoted(changed.name), parts=said_parts(changed, locale))
    await interaction.response.send_message(words, ephemeral=True)


async def check_name(interaction: Interaction, name: str, *, of: KeptBlend | None = None) -> None:
    """Whether a blend may have that name in the place of whoever asks. Raises `Refused` for one that a style has, or
    another blend."""
    bot: StyleSealBot = interaction.client
    wanted, styles = folded(name), (await bot.picks(interaction)).catalogue
    if any(folded(style.name) == wanted for style in styles):
        raise Refused("blend_name_style", blend=quoted(name))
    for one in await bot.blends.shared_in(interaction.guild_id):
        if one.folded == wanted and (of is None or one.id != of.id):
            raise Refused("blend_name_taken", blend=quoted(name))


async def check_words(bot: "StyleSealBot", guild_id: int, name: str, title: str) -> None:
    """Whether a server wants them read. Raises `Refused`."""
    settings = await bot.rules.of(guild_id)
    for words in (name, title):
        if (word := first_blocked(words, settings.blocked_words)) is not None:
            raise Refused("blend_blocked_word", word=quoted(word, 60))


async def _check_there(bot: "StyleSealBot", guild_id: int, kept: KeptBlend, name: str, parts: Sequence[Part]) -> None:
    """Whether what is new in a blend is in a server that it is shared with, whose members read it, and its name is no
    style's there. Raises `Refused`."""
    styles = bot.styles.of(guild_id, (await bot.rules.of(guild_id)).hidden_styles)
    if folded(name) != kept.folded and any(folded(style.name) == folded(name) for style in styles):
        raise Refused("blend_name_elsewhere", blend=quoted(name))
    before = {part.sha256 for part in kept.parts}
    for part in parts:
        if part.sha256 not in before and styles.with_hash(part.sha256) is None:
            raise Refused("blend_part_elsewhere", blend=quoted(kept.name), style=quoted(part.name))


async def _read(interaction: Interaction, kept: KeptBlend, lines: str) -> list[tuple[Style | Part, float | None]]:
    """The styles of the place, and what the blend has already, wherever that is. Raises `Refused`."""
    bot: StyleSealBot = interaction.client
    catalogue = (await bot.picks(interaction)).catalogue
    named_here = bot.blends.named_as(kept, interaction.guild_id, catalogue).parts
    before = {folded(one.name): one for one in (*kept.parts, *named_here)}  # as the form had it, and has it now
    read = list[tuple[Style | Part, float | None]]()
    for line in filter(None, map(str.strip, lines.splitlines())):
        match = _LINE.fullmatch(line)
        name, weight = (match["name"], float(match["weight"].replace(",", "."))) if match else (line, None)
        if (part := before.get(folded(name))) is not None:
            read.append((part, part.weight if weight is None else weight))
        else:
            read.append((named(catalogue, name), weight))
    return read
