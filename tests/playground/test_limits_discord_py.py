"""What discord.py sends within Discord's limits is accepted by our table and by Discord's document."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from playground.errors import DiscordError
from playground.limits import check
from playground.sent import Sent
from tests.playground.refusals.case import MESSAGES
from tests.playground.specification import PATH, spec

discord = pytest.importorskip("discord")
app_commands = pytest.importorskip("discord.app_commands")
http = pytest.importorskip("discord.http")
webhook = pytest.importorskip("discord.webhook.async_")

CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
NOW = discord.utils.utcnow()


def judge(sent: Sent) -> None:
    check(sent)
    if PATH.is_file():
        spec().check(sent)


def as_sent(parameters: Any, method: str, template: str) -> Sent:
    """Of a multipart request the JSON and the files apart, as a server reads them."""
    files = {index: (file.filename, len(file.fp.getvalue())) for index, file in enumerate(parameters.files or [])}
    body = parameters.payload
    for part in parameters.multipart or []:
        if part["name"] == "payload_json":
            body = json.loads(part["value"])
    return Sent(method=method, template=template, body=json.loads(json.dumps(body)), files=files)


def posted(**fields: Any) -> Sent:
    return as_sent(http.handle_message_parameters(**fields), "POST", MESSAGES)


def edited(**fields: Any) -> Sent:
    return as_sent(http.handle_message_parameters(**fields), "PATCH", MESSAGES + "/{message_id}")


def answered(kind: int, **fields: Any) -> Sent:
    return as_sent(webhook.interaction_message_response_params(type=kind, **fields), "POST", CALLBACK)


def followed(**fields: Any) -> Sent:
    return as_sent(http.handle_message_parameters(**fields), "POST", "/webhooks/{webhook_id}/{webhook_token}")


def embed() -> Any:
    made = discord.Embed(
        title="x" * 256, description="y" * 3000, url="https://a.example", colour=0xC2452D, timestamp=NOW
    )
    made.set_author(name="Mira", url="https://a.example", icon_url="attachment://picture.png")
    made.set_footer(text="seed 7", icon_url="https://a.example/i.png")
    made.set_image(url="attachment://picture.png").set_thumbnail(url="https://a.example/t.png")
    for number in range(25):
        made.add_field(name=f"{number}", value="v", inline=number % 2 == 0)
    return made


def file(name: str = "picture.png") -> Any:
    return discord.File(BytesIO(b"x" * 100), name, description="A picture", spoiler=False)


def rows() -> Any:
    view = discord.ui.View(timeout=None)
    for number in range(5):
        emoji = "🎨" if number % 2 else discord.PartialEmoji(name="ink", id=1100000000000000000)
        view.add_item(discord.ui.Button(label="x" * 80, custom_id=f"b{number}", emoji=emoji, row=0))
    view.add_item(discord.ui.Button(url="https://a.example", label="Open", row=1))
    options = [discord.SelectOption(label=f"Style {n}", value=f"{n}", emoji="🖌️", default=n < 2) for n in range(25)]
    view.add_item(discord.ui.Select(custom_id="s", options=options, min_values=0, max_values=25, placeholder="x" * 150))
    view.add_item(discord.ui.UserSelect(custom_id="u", default_values=[discord.Object(5, type=discord.User)]))
    kinds = [discord.ChannelType.text, discord.ChannelType.forum]
    view.add_item(discord.ui.ChannelSelect(custom_id="c", channel_types=kinds))
    return view


def layout(reference: str = "attachment://picture.png") -> Any:
    ui = discord.ui
    view = ui.LayoutView(timeout=None)
    section = ui.Section(
        "One", ui.TextDisplay("Two"), accessory=ui.Thumbnail("https://a.example/t.png", description="t")
    )
    other = ui.Section("Three", accessory=ui.Button(label="Go", custom_id="go"))
    gallery = ui.MediaGallery(discord.MediaGalleryItem(reference, description="p", spoiler=True))
    row = ui.ActionRow(ui.Select(custom_id="s", options=[discord.SelectOption(label="a")]))
    parts = [section, other, gallery, ui.Separator(spacing=discord.SeparatorSpacing.large), ui.File(reference), row]
    view.add_item(ui.Container(*parts, accent_colour=0xFFFFFF, spoiler=True))
    return view.add_item(ui.TextDisplay("x" * 3900))


def old_modal() -> Any:
    modal = discord.ui.Modal(title="x" * 45, custom_id="m")
    style = discord.TextStyle.paragraph
    return modal.add_item(discord.ui.TextInput(label="Prompt", style=style, min_length=1, max_length=4000, default="x"))


def new_modal() -> Any:
    ui = discord.ui
    modal = ui.Modal(title="Paint", custom_id="m").add_item(ui.TextDisplay("What shall it be?"))
    options = [discord.SelectOption(label=f"Style {n}") for n in range(25)]
    for text, component in {
        "Prompt": ui.TextInput(style=discord.TextStyle.short, placeholder="x" * 100, required=False),
        "Style": ui.Select(options=options, required=True),
        "Start from": ui.FileUpload(min_values=0, max_values=10, required=False),
        "Judges": ui.RoleSelect(max_values=25),
    }.items():
        modal.add_item(ui.Label(text=text, description="x" * 100, component=component))
    return modal


def modal(made: Any) -> Sent:
    return as_sent(webhook.interaction_response_params(9, made.to_dict()), "POST", CALLBACK)


def poll() -> Sent:
    made = discord.Poll("x" * 300, duration=discord.utils.datetime.timedelta(days=32), multiple=True)
    for number in range(10):
        made.add_answer(text="x" * 55, emoji="🎨" if number else None)
    return posted(poll=made)


def completion(*values: Any) -> Sent:
    choices = [app_commands.Choice(name=f"{index}", value=value).to_dict() for index, value in enumerate(values)]
    return as_sent(webhook.interaction_response_params(8, {"choices": choices}), "POST", CALLBACK)


def commands() -> Sent:
    client = discord.Client(intents=discord.Intents.none())
    tree = app_commands.CommandTree(client)

    async def paint(
        interaction: discord.Interaction,
        style: str,
        prompt: app_commands.Range[str, 1, 6000],
        size: app_commands.Range[int, 64, 2048] = 512,
        strength: app_commands.Range[float, 0.0, 1.0] = 0.5,
        start: discord.Attachment | None = None,
        channel: discord.TextChannel | None = None,
        judge: discord.Member | discord.Role | None = None,
    ) -> None: ...

    async def menu(interaction: discord.Interaction, message: discord.Message) -> None: ...

    async def plain(interaction: discord.Interaction, word: str) -> None: ...

    for each in (paint, plain):
        each.__annotations__.update(interaction=discord.Interaction)
    command = app_commands.Command(name="paint", description="x" * 100, callback=paint, nsfw=True)
    command.autocomplete("style")(_complete)
    command.default_permissions = discord.Permissions(manage_guild=True)
    command.allowed_contexts = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
    command.allowed_installs = app_commands.AppInstallationType(guild=True, user=True)
    group = app_commands.Group(name="style", description="Styles", guild_only=True)
    inner = app_commands.Group(name="admin", description="For admins", parent=group)
    chosen = app_commands.choices(word=[app_commands.Choice(name=f"{n}", value="x" * 100) for n in range(25)])(plain)
    inner.add_command(app_commands.Command(name="remove", description="Removes", callback=chosen))
    context = app_commands.ContextMenu(name="Paint this", callback=menu)
    bodies = [each.to_dict(tree) for each in (command, group, context)]
    template = "/applications/{application_id}/guilds/{guild_id}/commands"
    return Sent(method="PUT", template=template, body=json.loads(json.dumps(bodies)))


async def _complete(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
    return []


REQUESTS: dict[str, Callable[[], Sent]] = {
    "a text": lambda: posted(content="x" * 2000, nonce="7" * 25, tts=True),
    "an embed with its picture": lambda: posted(embed=embed(), file=file()),
    "ten files": lambda: posted(content="x", files=[file(f"{n}.png") for n in range(10)]),
    "buttons and menus": lambda: posted(content="x", view=rows()),
    "a layout with its files": lambda: posted(view=layout(), files=[file()]),
    "mentions": lambda: posted(
        content="x", allowed_mentions=discord.AllowedMentions(users=[discord.Object(7)], roles=True, replied_user=False)
    ),
    "a silent message": lambda: posted(content="x", flags=discord.MessageFlags(suppress_notifications=True)),
    "stickers": lambda: posted(stickers=[7]),
    "a poll": poll,
    "an edit that takes all but the text away": lambda: edited(content="x", embeds=[], attachments=[], view=None),
    "an edit to a layout": lambda: edited(view=layout(), attachments=[file()], content=None, embeds=[]),
    "an edit with a new file": lambda: edited(embed=embed(), attachments=[file()], view=rows()),
    "an answer": lambda: answered(
        4, content="x", embed=embed(), file=file(), view=rows(), flags=discord.MessageFlags(ephemeral=True)
    ),
    "an answer that is a layout": lambda: answered(4, view=layout(), files=[file()]),
    "an update": lambda: answered(7, content=None, embeds=[], attachments=[], view=rows()),
    "a deferral": lambda: as_sent(webhook.interaction_response_params(5, {"flags": 64}), "POST", CALLBACK),
    "a deferred update": lambda: as_sent(webhook.interaction_response_params(6), "POST", CALLBACK),
    "a modal": lambda: modal(old_modal()),
    "a modal with labels": lambda: modal(new_modal()),
    "completions": lambda: completion(*("x" * 100 for _ in range(25))),
    "completions of whole numbers": lambda: completion(*range(25)),
    "completions of numbers": lambda: completion(0.5, 1.5),
    "no completions": lambda: completion(),
    "a follow-up": lambda: followed(content="x", embeds=[embed()], files=[file()], view=rows()),
    "commands": commands,
}


@pytest.mark.parametrize("made", REQUESTS.values(), ids=REQUESTS)
async def test_what_discord_py_sends_is_accepted(made: Callable[[], Sent]) -> None:
    judge(made())


@pytest.mark.parametrize(
    ("made", "place"),
    [
        (lambda: posted(embed=embed()), "embeds.0.image.url"),
        (lambda: posted(view=layout()), "components.0.components.2.items.0.media.url"),
        (lambda: posted(content="x", view=layout(), file=file()), "content"),
        (lambda: posted(embeds=[embed(), embed()], file=file()), "embeds"),
    ],
    ids=["a picture that was not sent", "a layout's file that was not sent", "a text beside a layout", "long embeds"],
)
async def test_what_discord_py_lets_pass_but_discord_does_not_is_refused(made: Callable[[], Sent], place: str) -> None:
    with pytest.raises(DiscordError) as caught:
        check(made())
    assert place in caught.value.errors
