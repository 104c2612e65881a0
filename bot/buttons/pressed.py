"""What the buttons and lists have in common that are not about one job."""

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from bot import gate
from bot.answers import Interaction, answering

if TYPE_CHECKING:
    from bot.client import StyleSealBot


class Pressed:
    """Goes before `discord.ui.DynamicItem` in a class's bases. Whoever uses it must be allowed to use the bot there;
    what else they must be, `used` asks. What goes wrong is answered with a sentence, since discord.py only logs it."""

    even_blocked: ClassVar[bool] = False
    """Also for whom the server blocks."""

    async def callback(self, interaction: Interaction) -> None:
        bot: StyleSealBot = interaction.client
        async with answering(interaction):
            if not self.even_blocked:
                await gate.check(bot, interaction)
            await self.used(interaction, bot)

    @abstractmethod
    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None: ...
