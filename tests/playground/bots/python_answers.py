"""Commands that answer in every way there is."""

import asyncio
from typing import Any, Literal

import discord
from discord import app_commands

from tests.playground.bots.python_views import Interaction


def add_answers(tree: app_commands.CommandTree[Any]) -> None:
    @tree.command(description="Answers.")
    async def ping(interaction: Interaction) -> None:
        await interaction.response.send_message("pong")

    @tree.command(description="Says hello.")
    @app_commands.choices(
        tone=[app_commands.Choice(name="Warm", value="w"), app_commands.Choice(name="Cool", value="c")]
    )
    async def hello(interaction: Interaction, tone: app_commands.Choice[str]) -> None:
        await interaction.response.send_message(f"hello in {interaction.locale}, {tone.name}")

    @tree.command(description="All kinds of options.")
    @app_commands.describe(text="A text.")
    async def all(
        interaction: Interaction,
        text: app_commands.Range[str, 2, 10],
        whole: app_commands.Range[int, 1, 9],
        real: app_commands.Range[float, 0.0, 1.0],
        yes: bool,
        who: discord.Member | discord.User,
        where: discord.TextChannel,
        role: discord.Role,
        any: discord.Member | discord.Role,
        file: discord.Attachment,
        word: Literal["one", "two"] = "one",
    ) -> None:
        data = await file.read()
        told = [text, whole, real, yes, who.name, where.name, role.name, any.name, file.filename, len(data), word]
        await interaction.response.send_message(" | ".join(map(str, told)))

    @tree.command(description="Completes.")
    async def find(interaction: Interaction, what: str, number: int = 0) -> None:
        await interaction.response.send_message(f"found {what}")

    @find.autocomplete("what")
    async def complete(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        if current == "slow":
            await asyncio.sleep(30)
        names = [f"{current}{ending}" for ending in ("a", "b")]
        return [app_commands.Choice(name=name, value=f"id-{name}") for name in names]

    @tree.command(description="Thinks, then answers.")
    async def think(interaction: Interaction, secret: bool = False, edit: bool = False, seconds: float = 0.0) -> None:
        await interaction.response.defer(thinking=True, ephemeral=secret)
        await asyncio.sleep(seconds)
        if edit:
            await interaction.edit_original_response(content="thought")
        else:
            await interaction.followup.send("thought")
            await interaction.followup.send("and more")

    @tree.command(description="Never answers.")
    async def silence(interaction: Interaction) -> None:
        pass

    @tree.command(description="Answers late.")
    async def late(interaction: Interaction, seconds: float) -> None:
        await asyncio.sleep(seconds)
        try:
            await interaction.response.send_message("late")
        except discord.HTTPException as error:
            print(f"refused {error.status} {error.code}", flush=True)

    @tree.command(description="Answers twice, and says what came of it.")
    async def twice(interaction: Interaction) -> None:
        await interaction.response.send_message("once")
        adapter = discord.webhook.async_.async_context.get()
        try:
            await adapter.create_interaction_response(
                interaction.id,
                interaction.token,
                session=interaction._session,
                params=discord.webhook.async_.interaction_message_response_params(type=4, content="twice"),
            )
        except discord.HTTPException as error:
            await interaction.edit_original_response(content=f"refused {error.status} {error.code}")

    @tree.command(description="Sends, edits and deletes.")
    async def juggle(interaction: Interaction) -> None:
        callback = await interaction.response.send_message("first")
        extra = await interaction.followup.send("second", wait=True)
        fetched = await interaction.original_response()
        await extra.edit(content="second, edited")
        await interaction.delete_original_response()
        await extra.edit(content=f"{callback.message_id == fetched.id}")
