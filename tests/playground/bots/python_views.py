"""Buttons, selects, a form and a layout, as discord.py has them."""

import os
import re
from typing import Any, Self

import discord

Interaction = discord.Interaction[discord.Client]


class Counter(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"count:(?P<number>\d+)"):
    """A button whose number is in its custom_id alone."""

    def __init__(self, number: int) -> None:
        super().__init__(discord.ui.Button(label=f"{number}", custom_id=f"count:{number}"))
        self.number = number

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(int(match["number"]))

    async def callback(self, interaction: Interaction) -> None:
        view = discord.ui.View(timeout=None)
        view.add_item(Counter(self.number + 1))
        await interaction.response.edit_message(content=f"counted to {self.number + 1}", view=view)


class Persistent(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Press me", custom_id="press")
    async def press(self, interaction: Interaction, button: Any) -> None:
        await interaction.response.send_message(f"pressed, process {os.getpid()}", ephemeral=True)

    @discord.ui.button(label="Later", custom_id="later")
    async def later(self, interaction: Interaction, button: Any) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="edited later")
        await interaction.followup.send("and a follow-up")

    @discord.ui.button(label="Never", custom_id="never", disabled=True)
    async def never(self, interaction: Interaction, button: Any) -> None:
        raise AssertionError("a disabled button was clicked")

    @discord.ui.button(label="Form", custom_id="form")
    async def form(self, interaction: Interaction, button: Any) -> None:
        await interaction.response.send_modal(Report())


class Choosing(discord.ui.View):
    """All five kinds of select."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.select(
        cls=discord.ui.Select,
        custom_id="fruit",
        max_values=2,
        options=[discord.SelectOption(label=name.title(), value=name) for name in ("apple", "pear", "plum")],
    )
    async def fruit(self, interaction: Interaction, select: discord.ui.Select[Any]) -> None:
        await interaction.response.send_message("chosen: " + ", ".join(select.values))

    @discord.ui.select(cls=discord.ui.UserSelect, custom_id="who")
    async def who(self, interaction: Interaction, select: discord.ui.UserSelect[Any]) -> None:
        await interaction.response.send_message("chosen: " + ", ".join(one.name for one in select.values))

    @discord.ui.select(cls=discord.ui.RoleSelect, custom_id="role")
    async def role(self, interaction: Interaction, select: discord.ui.RoleSelect[Any]) -> None:
        await interaction.response.send_message("chosen: " + ", ".join(one.name for one in select.values))

    @discord.ui.select(cls=discord.ui.MentionableSelect, custom_id="any", max_values=2)
    async def any(self, interaction: Interaction, select: discord.ui.MentionableSelect[Any]) -> None:
        kinds = ", ".join(f"{type(one).__name__} {one.name}" for one in select.values)
        await interaction.response.send_message(f"chosen: {kinds}")

    @discord.ui.select(cls=discord.ui.ChannelSelect, custom_id="where", channel_types=[discord.ChannelType.text])
    async def where(self, interaction: Interaction, select: discord.ui.ChannelSelect[Any]) -> None:
        await interaction.response.send_message("chosen: " + ", ".join(one.name for one in select.values))


class Report(discord.ui.Modal, title="A report"):
    subject: discord.ui.TextInput[Any] = discord.ui.TextInput(label="Subject", custom_id="subject", max_length=20)
    kind = discord.ui.Label(
        text="Kind",
        component=discord.ui.Select[Any](
            custom_id="kind", options=[discord.SelectOption(label="Bug"), discord.SelectOption(label="Wish")]
        ),
    )
    files = discord.ui.Label(
        text="Files", component=discord.ui.FileUpload[Any](custom_id="files", required=False, max_values=2)
    )

    async def on_submit(self, interaction: Interaction, /) -> None:
        kind, files = self.kind.component, self.files.component
        assert isinstance(kind, discord.ui.Select)
        assert isinstance(files, discord.ui.FileUpload)
        sizes = [len(await file.read()) for file in files.values]
        told = f"{self.subject.value}, {kind.values[0]}, files of {sizes}"
        await interaction.response.send_message(told, ephemeral=True)


class Card(discord.ui.LayoutView):
    """Components V2."""

    def __init__(self, text: str) -> None:
        super().__init__(timeout=None)
        container: discord.ui.Container[Any] = discord.ui.Container()
        button: discord.ui.Button[Any] = discord.ui.Button(label="Turn", custom_id="turn")
        button.callback = self.turn  # type: ignore[method-assign]
        container.add_item(discord.ui.Section(discord.ui.TextDisplay(text), accessory=button))
        container.add_item(discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://card.png")))
        self.add_item(container)

    async def turn(self, interaction: Interaction) -> None:
        view = discord.ui.LayoutView()
        view.add_item(discord.ui.TextDisplay("turned"))
        await interaction.response.edit_message(view=view, attachments=[])
