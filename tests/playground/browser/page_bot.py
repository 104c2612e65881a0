"""A bot that shows the page all it must draw; run as its own process against a playground."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import discord
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from PIL import Image
from yarl import URL

Interaction = discord.Interaction[discord.Client]
STYLES = ("woodcut", "watercolour", "woodland", "ink wash")
PROSE = """# A heading
**bold**, *italics*, __underlined__, ~~struck~~, `code` and ||a spoiler||, a [link](https://example.com/page).
> A quote with **bold** in it
- one
- two
  - inside two
```python
print("a block of code")
```
-# In small print. <script>alert(1)</script> <b>not bold</b> <t:1700000000:R>"""


def picture(name: str, size: tuple[int, int] = (320, 200), colour: int = 90) -> discord.File:
    gradient = Image.linear_gradient("L").resize(size)
    flat = Image.new("L", size, colour)
    file = BytesIO()
    Image.merge("RGB", (gradient, flat, gradient.rotate(180))).save(file, "PNG")
    file.seek(0)
    return discord.File(file, name)


class Buttons(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Button(label="A link", url="https://example.com"))

    @discord.ui.button(label="Count 0", custom_id="count", style=discord.ButtonStyle.primary)
    async def count(self, interaction: Interaction, button: discord.ui.Button[Any]) -> None:
        button.label = f"Count {int((button.label or '0').split()[-1]) + 1}"
        await interaction.response.edit_message(view=self)

    @discord.ui.button(label="Secret", custom_id="secret", emoji="🤫")
    async def secret(self, interaction: Interaction, button: Any) -> None:
        await interaction.response.send_message("Between us.", ephemeral=True)

    @discord.ui.button(label="Form", custom_id="form", style=discord.ButtonStyle.success)
    async def form(self, interaction: Interaction, button: Any) -> None:
        await interaction.response.send_modal(Wish())

    @discord.ui.button(label="Silent", custom_id="silent", style=discord.ButtonStyle.danger)
    async def silent(self, interaction: Interaction, button: Any) -> None:
        pass

    @discord.ui.select(
        custom_id="styles",
        placeholder="Choose styles",
        max_values=2,
        options=[discord.SelectOption(label=name.title(), value=name, description=f"As {name}") for name in STYLES],
    )
    async def styles(self, interaction: Interaction, select: discord.ui.Select[Any]) -> None:
        await interaction.response.send_message(f"Chosen: {', '.join(select.values)}")


class Wish(discord.ui.Modal, title="A wish"):
    title_: discord.ui.TextInput[Any] = discord.ui.TextInput(label="Title", custom_id="title", max_length=20)
    story: discord.ui.TextInput[Any] = discord.ui.TextInput(
        label="Story", custom_id="story", style=discord.TextStyle.paragraph, required=False, max_length=300
    )
    kind = discord.ui.Label(
        text="Kind",
        description="What sort of wish it is.",
        component=discord.ui.Select[Any](
            custom_id="kind", options=[discord.SelectOption(label="Large"), discord.SelectOption(label="Small")]
        ),
    )
    sketch = discord.ui.Label(
        text="Sketch", component=discord.ui.FileUpload[Any](custom_id="sketch", required=False, max_values=2)
    )

    async def on_submit(self, interaction: Interaction, /) -> None:
        kind, sketch = self.kind.component, self.sketch.component
        assert isinstance(kind, discord.ui.Select)
        assert isinstance(sketch, discord.ui.FileUpload)
        names = ", ".join(file.filename for file in sketch.values) or "no sketch"
        await interaction.response.send_message(f"{self.title_.value} ({kind.values[0]}), {names}")


def layout() -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    box: discord.ui.Container[Any] = discord.ui.Container(accent_colour=0x3BA55C)
    turn: discord.ui.Button[Any] = discord.ui.Button(label="Turn", custom_id="turn")
    box.add_item(discord.ui.Section("## A card", "With a **button** beside it.", accessory=turn))
    box.add_item(discord.ui.Separator())
    box.add_item(discord.ui.MediaGallery(*(discord.MediaGalleryItem(f"attachment://{n}.png") for n in ("a", "b", "c"))))
    box.add_item(discord.ui.Section("A thumbnail.", accessory=discord.ui.Thumbnail("attachment://a.png")))
    box.add_item(discord.ui.File("attachment://notes.txt"))
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow(discord.ui.UserSelect(custom_id="who", placeholder="Who?"))
    box.add_item(row)
    view.add_item(box)
    return view


class Bot(discord.Client):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True, guild_messages=True))
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        self.add_view(Buttons())
        add_commands(self.tree)
        await self.tree.set_translator(Russian())
        await self.tree.sync()


class Russian(app_commands.Translator):
    words = {"paint": "нарисовать", "prompt": "запрос", "Paints a picture.": "Рисует картину."}  # noqa: RUF012

    async def translate(self, string: app_commands.locale_str, locale: discord.Locale, context: Any) -> str | None:
        return self.words.get(string.message) if locale is discord.Locale.russian else None


def add_commands(tree: app_commands.CommandTree[Any]) -> None:
    @tree.command(description="Paints a picture.")
    @app_commands.describe(prompt="What to paint.", style="In whose style.", size="How large.")
    @app_commands.choices(size=[app_commands.Choice(name=name, value=name) for name in ("square", "tall", "wide")])
    async def paint(
        interaction: Interaction,
        prompt: app_commands.Range[str, 3, 200],
        style: str = "",
        size: str = "square",
        number: app_commands.Range[int, 1, 4] = 1,
        secret: bool = False,
        like: discord.Attachment | None = None,
    ) -> None:
        await interaction.response.defer(thinking=True, ephemeral=secret)
        await asyncio.sleep(0.3)
        told = f"**{prompt}** in {style or 'no style'}, {size}, {number}" + (f", like {like.filename}" if like else "")
        await interaction.edit_original_response(content=told, attachments=[picture("painted.png")])

    @paint.autocomplete("style")
    async def complete(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=name.title(), value=name) for name in STYLES if current.lower() in name]

    @tree.command(description="Every kind of option.")
    async def every(
        interaction: Interaction,
        real: float,
        yes: bool,
        who: discord.Member,
        where: discord.TextChannel,
        role: discord.Role,
        either: discord.Member | discord.Role,
        file: discord.Attachment,
    ) -> None:
        told = [real, yes, who.name, where.name, role.name, either.name, file.filename]
        await interaction.response.send_message(" | ".join(map(str, told)))

    @tree.command(description="Buttons and selects.")
    async def buttons(interaction: Interaction) -> None:
        await interaction.response.send_message("Press one.", view=Buttons())

    @tree.command(description="Markdown.")
    async def prose(interaction: Interaction) -> None:
        await interaction.response.send_message(f"{PROSE}\nHello {interaction.user.mention}")

    @tree.command(description="An embed.")
    async def embed(interaction: Interaction) -> None:
        box = discord.Embed(title="Woodcut", description="A **style** of lines.", colour=0xC2452D)
        box.set_author(name="Mira").set_footer(text="Made here")
        box.timestamp = datetime.now(UTC)
        for name in ("Rank", "Weight", "Base"):
            box.add_field(name=name, value=f"The {name.lower()}")
        box.add_field(name="Licence", value="CC BY 4.0", inline=False)
        box.set_image(url="attachment://one.png").set_thumbnail(url="attachment://two.png")
        await interaction.response.send_message(embed=box, files=[picture("one.png"), picture("two.png", (90, 90), 20)])

    @tree.command(description="A layout.")
    async def card(interaction: Interaction) -> None:
        files = [picture(f"{name}.png", (200, 200), 40 * index) for index, name in enumerate("abc")]
        notes = discord.File(BytesIO(b"some notes"), "notes.txt")
        await interaction.response.send_message(view=layout(), files=[*files, notes])

    @tree.command(description="Pictures and files.")
    async def files(interaction: Interaction) -> None:
        sent = [picture("shown.png"), picture("SPOILER_hidden.png"), discord.File(BytesIO(b"x" * 5000), "notes.txt")]
        await interaction.response.send_message("Some files", files=sent)

    @tree.command(description="A poll.")
    async def poll(interaction: Interaction) -> None:
        asked = discord.Poll("Which style?", timedelta(hours=4))
        asked.add_answer(text="Woodcut", emoji="🪵").add_answer(text="Watercolour", emoji="💧")
        await interaction.response.send_message(poll=asked)

    @tree.command(description="Never answers.")
    async def silence(interaction: Interaction) -> None:
        pass

    @tree.context_menu(name="Greet")
    async def greet(interaction: Interaction, who: discord.Member) -> None:
        await interaction.response.send_message(f"Greetings, {who.display_name}!", ephemeral=True)

    @tree.context_menu(name="Quote")
    async def quote(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"Quoted {message.author.name}")


if __name__ == "__main__":
    Route.BASE = os.environ["PLAYGROUND_API"]
    DiscordWebSocket.DEFAULT_GATEWAY = URL(os.environ["PLAYGROUND_GATEWAY"])
    Bot().run(os.environ["PLAYGROUND_TOKEN"])
