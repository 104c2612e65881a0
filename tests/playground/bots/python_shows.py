"""Commands that show components, and those that only some people have in some places."""

from io import BytesIO
from typing import Any

import discord
from discord import app_commands

from tests.playground.bots.python_views import Card, Choosing, Counter, Interaction, Persistent, Report

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d4944415478da63f8ffff3f0005fe02fe0d0a2db40000000049454e44ae426082"
)


def add_shows(tree: app_commands.CommandTree[Any]) -> None:
    @tree.command(description="Buttons.")
    async def buttons(interaction: Interaction, secret: bool = False) -> None:
        await interaction.response.send_message("buttons", view=Persistent(), ephemeral=secret)

    @tree.command(description="Counts.")
    async def count(interaction: Interaction) -> None:
        view = discord.ui.View(timeout=None)
        view.add_item(Counter(0))
        await interaction.response.send_message("count", view=view)

    @tree.command(description="Selects.")
    async def choose(interaction: Interaction) -> None:
        await interaction.response.send_message("choose", view=Choosing())

    @tree.command(description="A form.")
    async def report(interaction: Interaction) -> None:
        await interaction.response.send_modal(Report())

    @tree.command(description="A file.")
    async def file(interaction: Interaction) -> None:
        await interaction.response.send_message(file=discord.File(BytesIO(b"some bytes"), "note.txt"))

    @tree.command(description="A layout.")
    async def card(interaction: Interaction) -> None:
        picture = discord.File(BytesIO(PNG), "card.png")
        await interaction.response.send_message(view=Card("a card"), file=picture)


def add_places(tree: app_commands.CommandTree[Any]) -> None:
    @tree.command(description="Grown-ups only.", nsfw=True)
    async def adult(interaction: Interaction) -> None:
        await interaction.response.send_message("grown up")

    @tree.command(description="Moderators only.")
    @app_commands.default_permissions(manage_messages=True)
    async def moderate(interaction: Interaction) -> None:
        await interaction.response.send_message("moderated")

    @tree.command(description="Follows up many times.")
    async def many(interaction: Interaction, number: int) -> None:
        await interaction.response.send_message("first")
        for index in range(number):
            try:
                await interaction.followup.send(f"{index}")
            except discord.HTTPException as error:
                await interaction.edit_original_response(content=f"refused at {index}: {error.code}")
                return

    @tree.command(description="Where it was run.")
    async def whereabouts(interaction: Interaction) -> None:
        told = [
            interaction.context.to_array(),
            interaction.is_guild_integration(),
            interaction.is_user_integration(),
            type(interaction.channel).__name__,
            type(interaction.user).__name__,
            interaction.permissions.send_messages,
            interaction.app_permissions.embed_links,
            interaction.filesize_limit,
            str(interaction.guild_locale),
        ]
        await interaction.response.send_message(" | ".join(map(str, told)))

    style = app_commands.Group(name="style", description="Styles.")
    blend = app_commands.Group(name="blend", description="Blends.", parent=style)

    @style.command(description="Shows one.")
    async def show(interaction: Interaction, name: str) -> None:
        await interaction.response.send_message(f"showed {name}")

    @blend.command(description="Makes one.")
    async def make(interaction: Interaction, first: str, second: str) -> None:
        await interaction.response.send_message(f"blended {first} with {second}")

    tree.add_command(style)

    @tree.context_menu(name="Greet")
    async def greet(interaction: Interaction, who: discord.Member) -> None:
        await interaction.response.send_message(f"greetings, {who.name}", ephemeral=True)

    @tree.context_menu(name="Quote")
    async def quote(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"{message.author.name} said: {message.content}")
