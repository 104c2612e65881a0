"""A bot of discord.py that has a little of everything, run as its own process against a playground."""

import os

import discord
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from tests.playground.bots.python_answers import add_answers
from tests.playground.bots.python_shows import add_places, add_shows
from tests.playground.bots.python_views import Card, Choosing, Counter, Persistent


class Russian(app_commands.Translator):
    """Of one command's name, its option's and its choices'."""

    words = {"hello": "привет", "tone": "тон", "Warm": "Тепло", "Says hello.": "Здоровается."}  # noqa: RUF012

    async def translate(self, string: app_commands.locale_str, locale: discord.Locale, context: object) -> str | None:
        return self.words.get(string.message) if locale is discord.Locale.russian else None


class Bot(discord.Client):
    def __init__(self) -> None:
        intents = discord.Intents.none()
        intents.guilds = True
        super().__init__(intents=intents)
        self.tree = app_commands.CommandTree(
            self,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        )

    async def setup_hook(self) -> None:
        self.add_view(Persistent())
        self.add_view(Choosing())
        self.add_view(Card(""))
        self.add_dynamic_items(Counter)
        add_answers(self.tree)
        add_shows(self.tree)
        add_places(self.tree)
        await self.tree.set_translator(Russian())
        await self.tree.sync()


def main() -> None:
    Route.BASE = os.environ["PLAYGROUND_API"]
    DiscordWebSocket.DEFAULT_GATEWAY = URL(os.environ["PLAYGROUND_GATEWAY"])
    discord.utils.setup_logging()
    Bot().run(os.environ["PLAYGROUND_TOKEN"], log_handler=None)


if __name__ == "__main__":
    main()
