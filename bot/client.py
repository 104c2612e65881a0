"""The Discord client: its commands and buttons, and whatever they need at hand."""

import logging

import discord
from discord import app_commands

from bot import gate
from bot.adding.additions import Adding
from bot.adding.panel import Panels
from bot.adding.removal import Removal
from bot.answers import Interaction, answering
from bot.asking import Asking
from bot.blends.blends import Blends
from bot.buttons import ITEMS
from bot.collecting import Collecting
from bot.commands import COMMANDS
from bot.departures import Departures
from bot.desk import Desk
from bot.discord_address import use_gateway_of
from bot.exporting import Exporting
from bot.forgetting import Forgetting
from bot.form import SUPPRESSED
from bot.forms import submitted
from bot.members import Members
from bot.outbox import Courier
from bot.presence import Presence
from bot.servers.rules import Rules
from bot.servers.trail import Trail
from bot.stats.counted import Stats
from bot.store.blocks import Blocks
from bot.store.kept import Kept
from bot.store.member_data import MemberData
from bot.store.pictures import Pictures
from bot.store.reports import Reports
from bot.styles.by_place import Styles
from bot.styles.choices import Choices
from bot.styles.picks import Picks
from bot.styles.popularity import Popularity
from bot.styles.previews import Previews
from bot.sync import sync
from bot.texts import locale_of
from bot.texts.picker import Translator

log = logging.getLogger(__name__)


class StyleSealBot(discord.Client):
    """Its parts are set by `bot.app` before it logs in."""

    desk: Desk
    styles: Styles
    rules: Rules
    trail: Trail
    choices: Choices
    members: Members
    blends: Blends
    blocks: Blocks
    reports: Reports
    kept: Kept
    pictures: Pictures
    courier: Courier
    asking: Asking
    collecting: Collecting
    engine: Presence
    previews: Previews
    popularity: Popularity
    member_data: MemberData
    exporting: Exporting
    forgetting: Forgetting
    departures: Departures
    panels: Panels
    adding: Adding
    removal: Removal
    stats: Stats

    def __init__(self) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # it has no use for a voice
        # No message is read: interactions carry what they are about.
        intents = discord.Intents(guilds=True)
        super().__init__(intents=intents, max_messages=None, chunk_guilds_at_startup=False, allowed_mentions=SUPPRESSED)
        self.tree = _Tree(self)

    async def setup_hook(self) -> None:
        await use_gateway_of(self)
        self.add_dynamic_items(*ITEMS)
        for command in COMMANDS:
            self.tree.add_command(command)
        await self.tree.set_translator(Translator())
        await sync(self.tree, self.kept)

    async def on_interaction(self, interaction: Interaction) -> None:
        if interaction.type is discord.InteractionType.modal_submit:
            await submitted(interaction)

    async def on_ready(self) -> None:
        await self.departures.compare()

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self.departures.joined(guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self.departures.left(guild.id)

    def servers(self) -> set[int] | None:
        """Those it is in; None while that is not known."""
        return {guild.id for guild in self.guilds} if self.is_ready() else None

    async def picks(self, interaction: Interaction, *, offered: bool = False) -> Picks:
        """What whoever asks can pick by name where they are: the age-restricted as well, which are refused elsewhere
        when they are asked for, but `offered` only where they may be painted. Raises `StoreFailed`."""
        settings = await self.rules.of(interaction.guild_id)
        adult = not offered or (settings.adult and gate.is_nsfw(interaction))
        catalogue = self.styles.of(interaction.guild_id, settings.hidden_styles, adult=adult)
        blends, broken = await self.blends.there(interaction.user.id, interaction.guild_id, catalogue, settings)
        return Picks(catalogue, blends, () if offered else broken)

    async def language_there(self, interaction: Interaction, *, private: bool) -> str:
        """Of an answer to this: what everybody sees is in the server's language, the rest in that of whoever asked."""
        if not private and interaction.guild_id is not None:
            settings = await self.rules.of(interaction.guild_id)
            if settings.language is not None:
                return settings.language
            if interaction.guild_locale is not None:
                return locale_of(str(interaction.guild_locale))
        return await self.locale_of(interaction)

    def name_of_server(self, guild_id: int) -> str:
        """As Discord knows it; nothing where it does not tell."""
        guild = self.get_guild(guild_id)
        return "" if guild is None else guild.name

    def locale_of_server(self, guild_id: int) -> str:
        """As Discord knows it, whatever its settings say."""
        guild = self.get_guild(guild_id)
        return locale_of("en" if guild is None else str(guild.preferred_locale))

    async def locale_of(self, interaction: Interaction) -> str:
        """The language of whoever asked: as they chose, or as their client has it."""
        likes = await self.members.of(interaction.user.id)
        return likes.language or locale_of(str(interaction.locale))


class _Tree(app_commands.CommandTree[StyleSealBot]):
    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """Of a command or its completion, whose errors are wrapped."""
        cause = getattr(error, "original", error)
        if interaction.type is discord.InteractionType.autocomplete:
            log.error("completing failed", exc_info=cause)
            return
        async with answering(interaction):
            raise cause
