"""The buttons and lists under a page of the gallery: they turn it, order it, search in it, and show a style's card."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import discord

from bot import gate
from bot.answers import Interaction, Refused
from bot.beginnings import beginning
from bot.buttons.pressed import Pressed
from bot.buttons.turn import TURNS, Turn
from bot.modal import show
from bot.styles.gallery import LOOK, WORDS, Look, Sort, id_of, searched, titled
from bot.styles.picks import Pick
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

FORM = re.compile(rf"gallery_search:{LOOK}")
_LABEL = 100
_Button = discord.ui.DynamicItem[discord.ui.Button[discord.ui.LayoutView]]
_Select = discord.ui.DynamicItem[discord.ui.Select[discord.ui.LayoutView]]


class GalleryPage(Pressed, _Button, template=rf"gallery:{TURNS}:{LOOK}"):
    def __init__(self, look: Look, turn: Turn, pages: int) -> None:
        """`look` is where it stands."""
        to, label, still = turn.button(look.page, pages)
        self.look = look.to(to)
        super().__init__(discord.ui.Button(label=label, custom_id=f"gallery:{turn}:{self.look}", disabled=still))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        look = Look.of(match.groupdict())
        return cls(look, Turn.HERE, look.page + 1)

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        await _turn(interaction, self.look)


class GallerySort(Pressed, _Select, template=rf"gallery_sort:{LOOK}"):
    def __init__(self, look: Look, locale: str = "en") -> None:
        self.look = look
        options = [
            discord.SelectOption(
                label=text(locale, f"gallery_sort_{one.name.lower()}"), value=one, default=one is look.sort
            )
            for one in Sort
        ]
        placeholder = text(locale, "gallery_sort")
        super().__init__(discord.ui.Select(custom_id=f"gallery_sort:{look}", options=options, placeholder=placeholder))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(Look.of(match.groupdict()))

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        chosen = _value(interaction)
        if chosen not in tuple(Sort):
            raise Refused("gone")
        await _turn(interaction, Look(Sort(chosen), 0, self.look.words))


class GalleryOpen(Pressed, _Select, template=rf"gallery_open:{LOOK}"):
    def __init__(self, look: Look, locale: str = "en", picks: Sequence[Pick] = ()) -> None:
        self.look = look
        options = [
            discord.SelectOption(
                label=beginning(one.name, _LABEL),
                value=id_of(one),
                description=beginning(one.title, _LABEL) if titled(one) else None,
            )
            for one in picks
        ]
        placeholder = text(locale, "gallery_open")
        super().__init__(discord.ui.Select(custom_id=f"gallery_open:{look}", options=options, placeholder=placeholder))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(Look.of(match.groupdict()))

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        from bot.styles.card import show_card  # it has a way back in it

        await interaction.response.defer()
        await show_card(interaction, _value(interaction), self.look)


class GallerySearch(Pressed, _Button, template=rf"gallery_search:{LOOK}"):
    def __init__(self, look: Look, locale: str = "en") -> None:
        self.look = look
        label = text(locale, "gallery_search")
        super().__init__(discord.ui.Button(label=label, emoji="🔎", custom_id=f"gallery_search:{look}"))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(Look.of(match.groupdict()))

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        locale = await bot.locale_of(interaction)
        modal = discord.ui.Modal(title=text(locale, "gallery_search_title"), custom_id=f"gallery_search:{self.look}")
        field = discord.ui.TextInput[discord.ui.View](
            custom_id="words", default=self.look.words or None, required=False, max_length=WORDS
        )
        modal.add_item(discord.ui.Label(text=text(locale, "gallery_search_words"), component=field))
        await show(interaction, modal)


class GalleryAll(Pressed, _Button, template=rf"gallery_all:{LOOK}"):
    """Ends a search."""

    def __init__(self, look: Look, locale: str = "en") -> None:
        self.look = look
        super().__init__(discord.ui.Button(label=text(locale, "gallery_all"), custom_id=f"gallery_all:{look}"))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(Look.of(match.groupdict()))

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        await _turn(interaction, Look(self.look.sort))


class GalleryRefresh(Pressed, _Button, template=rf"gallery_refresh:{LOOK}"):
    def __init__(self, look: Look, locale: str = "en") -> None:
        self.look = look
        super().__init__(discord.ui.Button(label=text(locale, "card_refresh"), custom_id=f"gallery_refresh:{look}"))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(Look.of(match.groupdict()))

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        await _turn(interaction, self.look)


async def search(interaction: Interaction, match: re.Match[str], filled: Mapping[str, str]) -> None:
    """The form was sent; without a word in it, all are shown."""
    await gate.check(interaction.client, interaction)
    await _turn(interaction, Look(Sort(match["sort"]), 0, searched(filled.get("words", ""))))


async def _turn(interaction: Interaction, look: Look) -> None:
    from bot.styles.gallery_page import turn_to  # it has these buttons in it

    await interaction.response.defer()
    await turn_to(interaction, look)


def _value(interaction: Interaction) -> str:
    data: dict[str, Any] = dict(interaction.data or {})
    return str((data.get("values") or [""])[0])
