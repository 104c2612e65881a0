"""One server never sees, uses or changes what another has: every command, completion, button and list is tried in the
second server, by the one who runs it, with all that would name something of the first.

What is tried is made from the commands and the buttons there are, so that a new one is tried as well; where that cannot
guess what names something, the tables here say it, and a test fails for a button that is in none.
"""

import asyncio
import hashlib
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
from discord import app_commands

from adapters.library import Library, Quota, State
from adapters.styles import Style
from bot.buttons import ITEMS
from bot.commands import COMMANDS
from playground.testing import Person, Playground
from playground.testing.used import NotAnswered
from playground.world.messages import Message
from tests.adapters.files import tiny_adapter
from tests.bot.acting import bot, pictures
from tests.bot.looking import job_of

Json = dict[str, Any]
STYLE, TRIGGER = "hushink", "wakes zqxhush"
MARKS = (
    STYLE,
    TRIGGER,
    "Hidden Plate",
    "Quiet Maker",
    "hushtag",
    "walled garden",
    "hushblend",
    "Hidden Mix",
    "hushword",
)
"""What only the first server has. Names are typed in capitals elsewhere, so that repeating them is not telling them."""
QUIET_SECONDS = 0.04
CHOICE = discord.AppCommandOptionType


@dataclass(frozen=True)
class Theirs:
    """What the first server has, by what it is named."""

    style_id: int
    draft_id: int
    sha256: str
    job: str
    message: str
    user: int
    blend: str
    report: str


async def painted_in_the_first(playground: Playground, data: Path) -> tuple[str, str]:
    demo = playground.demo
    member = playground.as_(demo.member)
    used = await member.run(demo.art, "paint", prompt="walled garden", style=STYLE)
    message = await used.message(pictures)
    made = await member.run(demo.art, "blend create", name="hushblend", style1=STYLE, style2="neon", title="Hidden Mix")
    await made.message()
    return job_of(message), message["id"]


def add_styles(data: Path, guild_id: int) -> tuple[int, int, str]:
    with closing(Library(data / "adapters")) as library:
        ids = []
        for number, (name, state) in enumerate(((STYLE, State.ACTIVE), ("hushink draft", State.DRAFT))):
            file = tiny_adapter(900 + number)
            with library.files.draft() as draft:
                draft.write_bytes(file)
                style = Style(
                    name=name,
                    path=draft,
                    sha256=hashlib.sha256(file).hexdigest(),
                    title="Hidden Plate",
                    trigger=TRIGGER,
                    credit="Quiet Maker",
                    licence="Quiet Maker",
                    tags=("hushtag",),
                )
                kept = library.add(draft, style, len(file), {}, str(guild_id), Quota(), state=state, by="1")
            ids.append(kept.id)
        return ids[0], ids[1], library.by_id(ids[0]).style.sha256


def kept(data: Path, guild_id: int) -> Json:
    """All that is of a server."""
    found: Json = {}
    with closing(sqlite3.connect(data / "bot.sqlite")) as file:
        tables = [name for (name,) in file.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in tables:
            columns = [row[1] for row in file.execute(f"PRAGMA table_info({table})")]
            if "guild_id" in columns:
                found[table] = sorted(map(repr, file.execute(f"SELECT * FROM {table} WHERE guild_id = ?", (guild_id,))))
    with closing(sqlite3.connect(data / "adapters" / "library.sqlite")) as file:
        found["library"] = list(map(repr, file.execute("SELECT * FROM styles WHERE owner = ?", (str(guild_id),))))
    return found


@asynccontextmanager
async def two_servers(playground: Playground, folder: Path) -> AsyncIterator[Theirs]:
    """The bot in both, and what the first has."""
    demo, data = playground.demo, folder / "data"
    style_id, draft_id, sha256 = add_styles(data, demo.guild.id)
    async with bot(playground, folder):
        job, message = await painted_in_the_first(playground, data)
        with closing(sqlite3.connect(data / "bot.sqlite")) as file, file:
            settings = {"blocked_words": ["hushword"], "log_channel": str(demo.hidden.id), "default_style": STYLE}
            file.execute("INSERT OR REPLACE INTO servers VALUES (?, ?, 0)", (demo.guild.id, json.dumps(settings)))
            [(blend,)] = file.execute("SELECT id FROM blends").fetchall()
        newcomer = playground.as_(demo.newcomer)
        form = await (await newcomer.menu(demo.art, "Report", {"id": message})).form()
        await (await newcomer.submit(form, why="walled garden")).acknowledged()
        with closing(sqlite3.connect(data / "bot.sqlite")) as file:
            [(report,)] = file.execute("SELECT id FROM reports").fetchall()
        yield Theirs(style_id, draft_id, sha256, job, message, demo.member.id, str(blend), str(report))


async def settle(used: Any, person: Person) -> list[Json]:
    """What came of it, once nothing more comes: messages, changes of messages, forms."""
    await used.acknowledged(15.0)
    since, quiet = used._since, 0
    while quiet < 3:
        seen = len(person.events)
        await asyncio.sleep(QUIET_SECONDS)
        quiet = quiet + 1 if len(person.events) == seen else 0
    return [event["data"] for event in person.events[since:] if event["name"] != "INTERACTION"]


def told(what: object) -> list[str]:
    """The marks of the first server in it."""
    words = json.dumps(what, ensure_ascii=False)
    return [mark for mark in MARKS if mark in words]


def leaves() -> Iterator[Any]:
    for command in COMMANDS:
        if isinstance(command, app_commands.Group):
            yield from (one for one in command.walk_commands() if isinstance(one, app_commands.Command))
        elif isinstance(command, app_commands.Command):
            yield command


def meant(option: app_commands.Parameter, theirs: Theirs, playground: Playground) -> Any:
    """Something of the first server's, for an option of a command."""
    if option.choices:
        return option.choices[0].value
    by_type: Json = {
        CHOICE.integer: max(1, int(option.min_value or 1)),
        CHOICE.number: 1.0,
        CHOICE.boolean: True,
        CHOICE.attachment: ("x.png", b"\x89PNG\r\n\x1a\n"),
        CHOICE.user: theirs.user,
        CHOICE.channel: playground.demo.art.id,
    }
    if option.type in by_type:
        return by_type[option.type]
    named = {"job": theirs.job, "picture": theirs.job, "id": theirs.job, "prompt": "a cat", "why": "because"}
    if str(option.display_name) in named:
        return named[str(option.display_name)]
    return "HUSHBLEND" if "blend" in str(option.display_name) else STYLE.upper()


async def completed(
    person: Person, place: Any, command: Any, theirs: Theirs, playground: Playground
) -> AsyncIterator[str]:
    """What completing its options tells of the first server."""
    for option in command.parameters:
        if not option.autocomplete:
            continue
        others = [one for one in command.parameters if one.required and one.display_name != option.display_name]
        given = {str(one.display_name): meant(one, theirs, playground) for one in others}
        for typed in ("", "hush", STYLE):
            own = given | {str(option.display_name): typed}
            for mark in told(await person.complete(place, command.qualified_name, str(option.display_name), **own)):
                yield f"completes {option.display_name} with {mark}"


async def test_no_command_tells_or_changes_anything_of_another_server(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    person = playground.as_(demo.moderator)  # who runs the second server
    place = next(iter(demo.other.channels.values()))
    wrong: list[str] = []
    async with two_servers(playground, tmp_path) as theirs:
        assert told(await playground.as_(demo.owner).complete(demo.art, "paint", "style", style="hush", prompt="x"))
        before = kept(tmp_path / "data", demo.guild.id)
        for command in leaves():
            name = command.qualified_name
            wrong += [f"/{name} {telling}" async for telling in completed(person, place, command, theirs, playground)]
            for every in (False, True):
                options = [one for one in command.parameters if every or one.required]
                given = {str(one.display_name): meant(one, theirs, playground) for one in options}
                seen = await settle(await person.run(place, name, **given), person)
                wrong += [f"/{name} tells {mark}" for mark in told(seen)]
            after = kept(tmp_path / "data", demo.guild.id)
            wrong += [f"/{name} changes {part}" for part in before if after[part] != before[part]]
            before = after
    assert wrong == []


GROUP = re.compile(r"\(\?P<(\w+)>((?:[^()]|\([^()]*\))*)\)")


def forged(item: type[discord.ui.DynamicItem[Any]], theirs: Theirs) -> Iterator[str]:
    """The custom_ids that somebody could make up for it; raises `LookupError` where nothing is known to put in."""
    pattern = item.__discord_ui_compiled_template__.pattern
    known: Json = {
        "job": [theirs.job],
        "report": [theirs.report],
        "blend": [theirs.blend],
        "user": [str(theirs.user)],
        "style": [str(theirs.style_id), str(theirs.draft_id), theirs.sha256[:12]],
        "id": ["0" * 16],
        "number": ["1"],
        "page": ["1"],
        "words": ["", "hush"],
        "stamp": ["0" * 6],
    }
    names = GROUP.findall(pattern)
    made = [pattern]
    for name, inside in names:
        words = re.fullmatch(r"[\w<>]+(\|[\w<>]+)+|\[[<>a-z]+\]", inside)
        values = known[name] if words is None else inside.split("|") if "|" in inside else list(inside[1:-1])
        group = f"(?P<{name}>{inside})"
        made = [one.replace(group, value, 1) for one in made for value in values]
    fitting = [one for one in made if re.fullmatch(pattern, one)]
    assert fitting, f"nothing that {item.__name__} takes could be made up: {pattern}"
    yield from fitting


def is_list(item: type) -> bool:
    return any("Select" in str(base) for one in item.__mro__ for base in getattr(one, "__orig_bases__", ()))


async def test_no_button_or_list_tells_or_changes_anything_of_another_server(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    person, app = playground.as_(demo.moderator), demo.app
    place = next(iter(demo.other.channels.values()))
    wrong: list[str] = []
    async with two_servers(playground, tmp_path) as theirs:
        before = kept(tmp_path / "data", demo.guild.id)
        member = playground.as_(demo.member)
        shown = next(one for one in await member.messages(demo.art) if one["id"] == theirs.message)
        assert told(await settle(await member.click(shown, "Info"), member))
        values = [str(theirs.style_id), STYLE.upper(), "HUSHBLEND", theirs.job, theirs.report, "1", "0", "hour", "7"]
        for item in ITEMS:
            for custom_id in forged(item, theirs):
                listed = {"type": 3, "options": [{"label": one, "value": one} for one in values]}
                own = listed if is_list(item) else {"type": 2, "style": 2, "label": "x"}
                row = {"type": 1, "id": 1, "components": [own | {"id": 2, "custom_id": custom_id}]}
                message = Message(
                    demo.world.new_id(), place.id, app.user, content="x", components=[row], application_id=app.id
                )
                demo.world.post(message)
                put = {"id": str(message.id), "channel_id": str(place.id), "components": [row]}
                for value in values if is_list(item) else [""]:
                    used = await (person.select(put, custom_id, value) if value else person.click(put, custom_id))
                    try:
                        seen = await settle(used, person)
                    except NotAnswered:
                        wrong.append(f"{custom_id} {value} is not answered")
                        continue
                    wrong += [f"{custom_id} {value} tells {mark}" for mark in told(seen)]
                demo.world.messages[place.id].pop(message.id, None)
            after = kept(tmp_path / "data", demo.guild.id)
            wrong += [f"{item.__name__} changes {part}" for part in before if after[part] != before[part]]
            before = after
    assert wrong == []
