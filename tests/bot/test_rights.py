"""Who may do what: every command, button, list and form that changes something in a server is tried by each kind of
person there is, and refused to those who may not with a sentence of its own that they alone see.

What is tried is made from the commands, buttons and forms there are; one that no table here has makes a test fail.
"""

import asyncio
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import discord
import pytest

from bot import gate
from bot.answers import Refused
from bot.buttons import ITEMS
from bot.forms import FORMS
from bot.texts import text
from playground.testing import Person, Playground
from playground.world.messages import Message
from playground.world.permissions import bits
from tests.bot.acting import bot
from tests.bot.own_styles import set_for
from tests.bot.test_isolation import (
    Theirs,
    add_styles,
    forged,
    is_list,
    kept,
    leaves,
    meant,
    painted_in_the_first,
    settle,
)

Json = dict[str, Any]
EPHEMERAL = 1 << 6
HELD = "0123456789ab"
"""A report of the screen's."""
OTHERS = "everybody"
RIGHTS: Mapping[str, frozenset[str]] = {
    "not_an_admin": frozenset({"manager", "owner"}),
    "not_for_styles": frozenset({"style", "manager", "owner"}),
    "mod_not_you": frozenset({"messages", "owner"}),
    "mod_not_there": frozenset({"messages", "owner"}),
    "not_yours": frozenset({"messages", "owner"}),
    OTHERS: frozenset({"plain", "style", "messages", "manager", "owner"}),
}
"""Whom each sentence is not for."""
COMMANDS = {"settings": "not_an_admin", "moderation": "mod_not_you", "adapter": "not_for_styles"}
ITEMS_OF: Mapping[str, tuple[str, ...]] = {
    "not_an_admin": (
        *("SettingsSection", "SettingsPick", "SettingsAct", "ApplySettings", "KeepSettings", "TrailPage"),
    ),
    "not_for_styles": ("StopAdding", "StyleButton", "RatingList", "Pick", "TurnPage"),
    "mod_not_you": ("ReportsPage", "BlockedPage"),
    "mod_not_there": ("TakeAway", "WarnThem", "Dismiss", "BlockThem", "Release", "Reject", "ReportPick"),
    "not_yours": ("Cancel", "Delete"),
    OTHERS: (
        *("Again", "Vary", "Upscale", "Edit", "Styles", "StyleList", "Info", "CellList", "BlendPage", "Withdraw"),
        *("Refresh", "HistoryPage", "HistoryPick", "StatsDays", "BoardPick", "BoardTurn", "Collect", "GalleryPage"),
        *("GallerySort", "GalleryOpen", "GallerySearch", "GalleryAll", "GalleryRefresh", "CardButton"),
        *("ForgetMe", "KeepMe"),
    ),
}
EVEN_BLOCKED = ("ForgetMe", "KeepMe")
FORMS_OF: Mapping[str, str] = {
    "settings_form": "not_an_admin",
    "adapter_details": "not_for_styles",
    "report_warn": "mod_not_there",
    "report_block": "mod_not_there",
    **dict.fromkeys(("edit", "report", "gallery_search", "style_try", "blend"), OTHERS),
}


def right_of(item: type) -> str:
    return next(right for right, names in ITEMS_OF.items() if item.__name__ in names)


def test_every_button_list_and_form_is_in_the_tables() -> None:
    assert sorted(item.__name__ for item in ITEMS) == sorted(name for names in ITEMS_OF.values() for name in names)
    begun = {re.split(r":|\(\?:", pattern.pattern)[0] for pattern, _ in FORMS}
    assert begun == {re.sub("report_.*", "report_", name) for name in FORMS_OF}


def people(playground: Playground) -> dict[str, Person]:
    """In the first server, by what they may do there; who is blocked may do everything else."""
    demo = playground.demo
    world, guild = demo.world, demo.guild
    roles = {
        "style": world.add_role(guild, "Stylist"),
        "messages": world.add_role(guild, "Tidy", bits("manage_messages")),
        "manager": world.add_role(guild, "Manager", bits("manage_guild")),
    }
    found = {"plain": demo.newcomer, "owner": demo.owner}
    for name, role in roles.items():
        found[name] = world.add_user(name)
        world.join(guild, found[name], None, role)
    found["blocked"] = world.add_user("blocked")
    world.join(guild, found["blocked"], None, *roles.values())
    return {name: playground.as_(user) for name, user in found.items()}


@asynccontextmanager
async def begun(playground: Playground, folder: Path) -> AsyncIterator[tuple[Theirs, dict[str, Person]]]:
    """What there is in the first server, and who is in it."""
    demo, data, who = playground.demo, folder / "data", people(playground)
    data.mkdir()
    stylist = next(role.id for role in demo.guild.roles.values() if role.name == "Stylist")
    await set_for(folder, demo.guild.id, style_roles=(stylist,))
    style_id, draft_id, sha256 = add_styles(data, demo.guild.id)
    async with bot(playground, folder):
        job, message = await painted_in_the_first(playground, data)
        newcomer = playground.as_(demo.newcomer)
        form = await (await newcomer.menu(demo.art, "Report", {"id": message})).form()
        await (await newcomer.submit(form, why="because")).message()
        with closing(sqlite3.connect(data / "bot.sqlite")) as file, file:
            [(blend,)], [(report,)] = file.execute("SELECT id FROM blends"), file.execute("SELECT id FROM reports")
            guild_id, now = demo.guild.id, time.time()
            held = (HELD, guild_id, job, 0, "", now)
            file.execute("INSERT INTO reports (id, guild_id, job_id, user_id, why, at) VALUES (?, ?, ?, ?, ?, ?)", held)
            block = (guild_id, who["blocked"].id, "because", 1, now)
            file.execute("INSERT INTO blocks (guild_id, user_id, why, by, at) VALUES (?, ?, ?, ?, ?)", block)
        yield Theirs(style_id, draft_id, sha256, job, message, demo.member.id, blend, report), who


def wrong_with(seen: list[Json], key: str) -> str:
    """Why that is no refusal with that sentence; empty where it is."""
    told = [one for one in seen if "content" in one and one["content"] != "x"]
    sentence = text("en", key, until=0, why="\n> because")
    if [one["content"] for one in told] != [sentence]:
        return f"is told {[one['content'][:80] for one in told]}, not {sentence[:40]!r}"
    return "" if told[0]["flags"] & EPHEMERAL else "is told so where everybody sees it"


def refused_to(right: str, *, even_blocked: bool = False) -> dict[str, str]:
    """The key of the sentence, by who is told it."""
    no = {} if right == OTHERS else dict.fromkeys(RIGHTS[OTHERS] - RIGHTS[right], right)
    return no if even_blocked else {**no, "blocked": "blocked"}


def custom_ids(item: type[discord.ui.DynamicItem[Any]], theirs: Theirs) -> Iterator[str]:
    """Of one section of the panel."""
    own = replace(theirs, report=HELD) if getattr(item, "for_held", False) else theirs
    for custom_id in forged(item, own):
        if not re.search(r":(who|limits|defaults|content)(:[0-9a-f]{6})?$", custom_id):
            yield custom_id


def value_of(item: type, theirs: Theirs) -> str:
    named = {"ReportPick": theirs.report, "BlockThem": "hour", "Pick": str(theirs.style_id), "HistoryPick": "show:0"}
    return named.get(item.__name__, "1")


@asynccontextmanager
async def put(playground: Playground, custom_id: str, value: str, *, chosen: bool) -> AsyncIterator[Json]:
    """A message with that button, or that list of that value, in the first server."""
    demo = playground.demo
    app, art = demo.app, demo.art
    listed = {"type": 3, "options": [{"label": value, "value": value}]}
    own = listed if chosen else {"type": 2, "style": 2, "label": "x"}
    row = {"type": 1, "id": 1, "components": [own | {"id": 2, "custom_id": custom_id}]}
    message = Message(demo.world.new_id(), art.id, app.user, content="x", components=[row], application_id=app.id)
    demo.world.post(message)
    yield {"id": str(message.id), "channel_id": str(art.id), "components": [row]}
    demo.world.messages[art.id].pop(message.id, None)


async def used(person: Person, message: Json, custom_id: str, value: str, *, chosen: bool) -> list[Json]:
    act = await (person.select(message, custom_id, value) if chosen else person.click(message, custom_id))
    return [one for one in await settle(act, person) if one.get("id") != message["id"]]


async def test_no_command_is_for_those_who_may_not(playground: Playground, tmp_path: Path) -> None:
    demo, wrong = playground.demo, list[str]()
    async with begun(playground, tmp_path) as (theirs, who):
        before = kept(tmp_path / "data", demo.guild.id)
        for command in leaves():
            right = COMMANDS.get(command.qualified_name.split(" ")[0])
            if right is None:
                continue
            given = {
                str(one.display_name): meant(one, theirs, playground) for one in command.parameters if one.required
            }

            async def tried(name: str, key: str, command: Any = command, given: Json = given) -> None:
                seen = await settle(await who[name].run(demo.art, command.qualified_name, **given), who[name])
                if why := wrong_with(seen, key):
                    wrong.append(f"/{command.qualified_name}: {name} {why}")

            await asyncio.gather(*(tried(*one) for one in refused_to(right).items()))
        assert kept(tmp_path / "data", demo.guild.id) == before
        for name, right in {"settings show": "not_an_admin", "adapter list": "not_for_styles"}.items():
            for one in RIGHTS[right]:
                seen = await settle(await who[one].run(demo.art, name), who[one])
                wrong += [f"/{name} is not for {one}"] if not wrong_with(seen, right) else []
    assert wrong == []


async def test_no_button_or_list_is_for_those_who_may_not(playground: Playground, tmp_path: Path) -> None:
    demo, wrong = playground.demo, list[str]()
    async with begun(playground, tmp_path) as (theirs, who):
        before = kept(tmp_path / "data", demo.guild.id)
        for item in ITEMS:
            right, chosen, value = right_of(item), is_list(item), value_of(item, theirs)
            for custom_id in custom_ids(item, theirs):
                async with put(playground, custom_id, value, chosen=chosen) as message:

                    async def tried(name: str, key: str, *act: Any, chosen: bool = chosen) -> None:
                        if why := wrong_with(await used(who[name], *act, chosen=chosen), key):
                            wrong.append(f"{act[1]}: {name} {why}")

                    no = refused_to(right, even_blocked=item.__name__ in EVEN_BLOCKED)
                    await asyncio.gather(*(tried(*one, message, custom_id, value) for one in no.items()))
        assert wrong == [], "\n".join(wrong)
        assert kept(tmp_path / "data", demo.guild.id) == before
        for item in (one for one in ITEMS if right_of(one) != OTHERS):
            right, chosen, value = right_of(item), is_list(item), value_of(item, theirs)
            custom_id = next(custom_ids(item, theirs))
            for name in sorted(RIGHTS[right]):
                async with put(playground, custom_id, value, chosen=chosen) as message:
                    seen = await used(who[name], message, custom_id, value, chosen=chosen)
                    wrong += [f"{custom_id} is not for {name}"] if not wrong_with(seen, right) else []
    assert wrong == []


def forms(theirs: Theirs, role: int) -> dict[str, str]:
    """A custom_id for each of `FORMS_OF`."""
    stamps = ".".join(["0" * 6] * 2)
    found = {
        "settings_form": f"settings_form:role:{role}:{stamps}",
        "adapter_details": f"adapter_details:{theirs.style_id}",
        "report_warn": f"report_warn:{theirs.report}",
        "report_block": f"report_block:{theirs.report}:good",
        "edit": f"edit:{theirs.job}",
        "report": f"report:{theirs.job}",
        "gallery_search": "gallery_search:n:0:",
        "style_try": f"style_try:{theirs.sha256[:12]}",
        "blend": f"blend:{theirs.blend}",
    }
    assert sorted(found) == sorted(FORMS_OF)
    return found


async def sent(playground: Playground, person: Person, place: Any, custom_id: str) -> list[Json]:
    """What comes of a form that somebody made up."""
    asked = await person.run(place, "queue")
    await asked.message()
    interactions = playground.state.interactions
    id = playground.demo.world.new_id()
    form = {"custom_id": custom_id, "title": "x", "components": []}
    interactions.forms[id] = (interactions._by_id[int(asked.id)], form)
    return await settle(await person.submit({"modal": str(id)}), person)


async def test_no_form_is_for_those_who_may_not_or_who_are_in_another_server(
    playground: Playground, tmp_path: Path
) -> None:
    demo, wrong = playground.demo, list[str]()
    async with begun(playground, tmp_path) as (theirs, who):
        stylist = next(role.id for role in demo.guild.roles.values() if role.name == "Stylist")
        made = forms(theirs, stylist)
        before = kept(tmp_path / "data", demo.guild.id)
        for name, custom_id in made.items():
            for one, key in refused_to(FORMS_OF[name]).items():
                if why := wrong_with(await sent(playground, who[one], demo.art, custom_id), key):
                    wrong.append(f"{custom_id}: {one} {why}")
        stranger, there = playground.as_(demo.moderator), next(iter(demo.other.channels.values()))
        keys = {
            "settings_form": "settings_not_here",
            "adapter_details": "adapter_gone",
            "edit": "not_yours",
            "report_warn": "report_gone",
            "report_block": "report_gone",
            "report": "gone",
        }
        for name, key in keys.items():
            if why := wrong_with(await sent(playground, stranger, there, made[name]), key):
                wrong.append(f"{made[name]}: an admin of another server {why}")
        assert wrong == []
        assert kept(tmp_path / "data", demo.guild.id) == before


def member(*roles: int, timed_out: bool) -> Any:
    """Discord leaves the buttons to somebody who is timed out, with their roles."""
    interaction = mock.Mock(guild_id=1, permissions=discord.Permissions.none())
    interaction.user = mock.Mock(spec=discord.Member, roles=[mock.Mock(id=one) for one in roles])
    interaction.user.is_timed_out.return_value = timed_out
    return interaction


def test_who_is_timed_out_changes_no_styles_by_their_role() -> None:
    assert gate.check_style_admin(member(5, timed_out=False), [5]) == 1
    with pytest.raises(Refused) as wrong:
        gate.check_style_admin(member(5, timed_out=True), [5])
    assert wrong.value.key == "not_for_styles"
