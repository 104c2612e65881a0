"""The Discord client: its commands, its buttons, and taking jobs in."""

import logging
import secrets
import time
from dataclasses import replace

import discord
from discord import app_commands

from adapters.styles import Catalogue
from bot.buttons import BUTTONS, Interaction, waiting_view
from bot.choices import Choices
from bot.commands.paint import paint
from bot.delivery import queued
from bot.desk import Desk
from bot.discord_address import use_gateway_of
from bot.jobs import TOKEN_SECONDS, Job, Place, State, new_id
from bot.texts import COMMANDS, locale_of
from protocol.limits import DRAWN_SEED_BITS
from protocol.paint import PaintRequest

log = logging.getLogger(__name__)
UNKNOWN_INTERACTION = 10062


class StyleSealBot(discord.Client):
    def __init__(self, desk: Desk, catalogue: Catalogue) -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self.desk = desk
        self.catalogue = catalogue
        self.choices = Choices(catalogue)
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        await use_gateway_of(self)
        self.add_dynamic_items(*BUTTONS)
        self.tree.add_command(paint)
        await self.tree.set_translator(_Translator())
        await self.tree.sync()

    async def ask(self, interaction: Interaction, request: PaintRequest, style: str) -> None:
        """Takes a job in: in the database first, then acknowledged, then in line. Raises `TooMany`."""
        with self.desk.room_for(interaction.user.id):
            asked = self._job(interaction, request, style)
            await self.desk.jobs.add(asked)
            if (job := await self._acknowledged(interaction, asked)) is not None:
                self.desk.add(job)
        if style:
            self.choices.used(interaction.user.id, style)

    async def _acknowledged(self, interaction: Interaction, job: Job) -> Job | None:
        """None where it came too late: the member was told that it failed, and will ask again."""
        try:
            answered = await interaction.response.send_message(
                queued(job, *self.desk.foreseen(job)), view=waiting_view(job.id, job.place.locale)
            )
        except discord.NotFound as late:
            if late.code != UNKNOWN_INTERACTION:
                raise
            log.warning("job %s was acknowledged too late, and is withdrawn", job.id)
            await self.desk.jobs.move(job.id, to=State.CANCELLED)
            return None
        if answered.message_id is None:
            return job
        return await self.desk.jobs.acknowledged(job, answered.message_id)

    @staticmethod
    def with_new_seed(request: PaintRequest) -> PaintRequest:
        return replace(request, seed=secrets.randbits(DRAWN_SEED_BITS))

    @staticmethod
    def _job(interaction: Interaction, request: PaintRequest, style: str) -> Job:
        assert interaction.channel_id is not None, "a command comes from a channel"
        guild = interaction.guild_locale if interaction.guild_id is not None else interaction.locale
        now = time.time()
        place = Place(
            channel_id=interaction.channel_id,
            guild_id=interaction.guild_id,
            token=interaction.token,
            token_until=now + TOKEN_SECONDS,
            locale=locale_of(str(guild or interaction.locale)),
        )
        return Job(id=new_id(), user_id=interaction.user.id, request=request, style=style, place=place, created_at=now)


class _Translator(app_commands.Translator):
    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        return COMMANDS.get(string.message) if locale is discord.Locale.russian else None
