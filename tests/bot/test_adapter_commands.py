"""`/adapter`: what those who may do with their server's styles, and nobody else."""

import asyncio
import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.library import Library, Quota, State
from adapters.styles import Catalogue, Style
from bot.answers import Refused
from bot.styles.by_place import Styles
from playground.testing import Person, Playground
from playground.world.demo import demo as demo_world
from tests.bot.acting import bot, buttons, pictures, refused
from tests.bot.adding import added, clicked, filled_in, forged, ink, is_panel, kept, told, trail, words_of
from tests.bot.watching import until

QUICK: dict[str, Any] = {"seconds": {"bot.adding.telling.EDIT_SECONDS": 1.0}}
HOSTILE = "@everyone <@1> **b** `x`\u202e\u200b " + "w" * 60
COMMANDS = ("add", "list", "edit", "preview", "disable", "remove", "info", "quota")


def put(folder: Path, guild: Any, *names: str, state: State = State.ACTIVE, first: int = 50) -> list[int]:
    """Styles of a server, as it has them when the bot starts; gives their ids."""
    with closing(Library(folder / "data" / "adapters")) as library:
        ids = []
        for number, name in enumerate(names):
            data = ink(first + number)
            draft = library.files.drafts / f"{number}.draft"
            draft.write_bytes(data)
            sha256 = hashlib.sha256(data).hexdigest()
            style = Style(name=name, path=draft, sha256=sha256, title=f"Title of {name}", trigger=f"in {name} style")
            owner = str(guild.id) if guild is not None else ""
            one = library.add(draft, style, len(data), {"kinds": {"LoRA": 36}}, owner, Quota(), state=state, by="7")
            ids.append(one.id)
    return ids


def names_of(folder: Path) -> list[str]:
    """Of everything in the library, what was removed among it."""
    with closing(Library(folder / "data" / "adapters")) as library:
        return [one.style.name for one in library.everything()]


async def completed(person: Person, channel: Any, command: str, typed: str = "") -> list[str]:
    return [str(one["value"]) for one in await person.complete(channel, f"adapter {command}", "style", style=typed)]


async def picture(person: Person, channel: Any, style: str) -> dict[str, Any]:
    return dict(await (await person.run(channel, "paint", prompt="a cat", style=style)).message(pictures))


async def test_styles_are_listed_opened_changed_and_known(playground: Playground, tmp_path: Path) -> None:
    demo, admin = playground.demo, playground.as_(playground.demo.moderator)
    put(tmp_path, demo.guild, *(f"own{number:02}" for number in range(12)))
    put(tmp_path, demo.guild, "sketch", state=State.DRAFT, first=90)
    async with bot(playground, tmp_path, QUICK):
        listed = await (await admin.run(demo.art, "adapter list")).message()
        assert words_of(listed).count("🟢 **own") == 10
        turned = await (await admin.click(listed, ">")).update()
        assert "📝 **sketch**" in words_of(turned)
        assert "own00" not in words_of(turned)
        opened = await (await admin.select(turned, "Open one", "own11")).message(is_panel)
        assert buttons(opened) == ["Details", "Switch off", "Paint anew", "Remove…"]
        assert "There are no pictures of it yet" in words_of(opened)
        painted = await clicked(admin, opened, "Paint anew", "Left: without it")
        assert "card.png" in painted["embeds"][0]["image"]["url"]

        edited = await (await admin.run(demo.art, "adapter edit", style="OWN00")).message(is_panel)
        renamed = await filled_in(admin, edited, name="sks", tags="wood")
        assert "Everyone has a style sks, too" in words_of(renamed)
        assert "sks" in words_of(await picture(playground.as_(demo.member), demo.art, "sks"))

        await until(lambda: rows(tmp_path, "SELECT 1 FROM jobs WHERE state = 'done'"))
        assert "Pictures painted in it: 1\n" in await told(admin, demo.art, "adapter info", style="sks")
        known = await told(admin, demo.art, "adapter info", style="own01")
        sha256 = next(one.style.sha256 for one in kept(tmp_path) if one.style.name == "own01")
        for said in (sha256, "Added: <t:", "<@7>", "Trigger: in own01 style", "Weight: 1 (0 – 1.5)", "State: active"):
            assert said in known
        assert "**13** of 100" in await told(admin, demo.art, "adapter quota")
        seen = await (await admin.run(demo.art, "adapter preview", style="own02", prompt="a fox")).message(is_panel)
        assert "card.png" in seen["embeds"][0]["image"]["url"]
        assert await completed(admin, demo.art, "edit", "sket") == ["sketch"]
        assert "sketch" not in await completed(admin, demo.art, "disable")
        assert await refused(playground) == []


async def test_a_style_is_switched_off_and_on_also_one_that_everyone_has(
    playground: Playground, tmp_path: Path
) -> None:
    demo, admin, member = playground.demo, playground.as_(playground.demo.owner), playground.as_(playground.demo.member)
    put(tmp_path, demo.guild, "own")
    put(tmp_path, demo.guild, "sketch", state=State.DRAFT, first=60)
    put(tmp_path, None, "shared", first=70)
    elsewhere = next(iter(demo.other.channels.values()))
    async with bot(playground, tmp_path, QUICK):
        assert await completed(admin, demo.art, "disable") == ["own", "sks", "neon", "woodcut", "shared"]
        for name in ("own", "neon", "shared"):
            assert f"{name} is switched off" in await told(admin, demo.art, "adapter disable", style=name)
            said = await told(member, demo.art, "paint", prompt="a cat", style=name)
            assert "no style" in said or "switched off" in said
        assert "neon" in words_of(await picture(member, elsewhere, "neon")), "in other servers it is as it was"
        assert "nobody can paint in it" in await told(admin, demo.art, "adapter disable", style="sketch")
    async with bot(playground, tmp_path, QUICK):
        for name in ("own", "neon", "shared"):
            assert f"{name} is switched on" in await told(admin, demo.art, "adapter disable", style=name)
            assert name in words_of(await picture(member, demo.art, name))
        kinds = [kind for kind, _ in trail(tmp_path, demo.guild)]
        assert kinds == ["adapter_disabled"] * 3 + ["adapter_enabled"] * 3
        assert await refused(playground) == []


async def test_what_is_removed_is_not_chosen_any_more_and_old_buttons_work_for_a_while(
    playground: Playground, tmp_path: Path
) -> None:
    demo, admin, member = playground.demo, playground.as_(playground.demo.owner), playground.as_(playground.demo.member)
    put(tmp_path, demo.guild, "slow", "quick", "other")
    async with bot(playground, tmp_path, QUICK):
        slow, quick = [await picture(member, demo.art, name) for name in ("slow", "quick")]
        asked = await (await admin.run(demo.art, "adapter remove", style="slow")).message()
        assert buttons(asked) == ["Remove", "Keep it"]
        assert "Nothing was changed" in words_of(await clicked(admin, asked, "Keep it"))
        asked = await (await admin.run(demo.art, "adapter remove", style="slow")).message()
        assert "go on working until <t:" in words_of(await clicked(admin, asked, "Remove", "removed"))
        asked = await (await admin.run(demo.art, "adapter remove", style="quick", at_once=True)).message()
        assert "do not work any more" in words_of(await clicked(admin, asked, "Remove at once", "is removed"))
        for name in ("slow", "quick"):
            assert name not in await completed(admin, demo.art, "edit")
            assert "no style" in await told(member, demo.art, "paint", prompt="a cat", style=name)
        assert await (await member.click(slow, "Again")).message(pictures)
        said = await (await member.click(quick, "Again")).message()
        assert "not here" in words_of(said)
        assert "1 style that was removed" in await told(admin, demo.art, "adapter quota")
    # Once no picture of it is kept any more, its file goes.
    async with bot(playground, tmp_path, QUICK | {"picture_days": 1e-9}):
        await until(lambda: names_of(tmp_path) == ["other"])
        said = await (await member.click(slow, "Again")).message()
        assert "not here" in words_of(said)
        with closing(Library(tmp_path / "data" / "adapters")) as library:
            assert len(list(library.files.known())) == 1
        assert await refused(playground) == []


async def test_nobody_else_sees_or_changes_a_servers_styles(playground: Playground, tmp_path: Path) -> None:
    """A member, an admin of another server who makes up ids, and one who has lost what let them."""
    demo, elsewhere = playground.demo, next(iter(playground.demo.other.channels.values()))
    member, moderator = playground.as_(demo.member), playground.as_(demo.moderator)
    (theirs,) = put(tmp_path, demo.guild, "theirs")
    (mine,) = put(tmp_path, demo.other, "mine", first=60)
    before = [(one.id, one.owner, one.state, one.style) for one in kept(tmp_path)]
    async with bot(playground, tmp_path, QUICK):
        for command in COMMANDS:
            given: dict[str, Any] = {"style": "theirs"} if command not in ("add", "list", "quota") else {}
            given |= {"link": "https://civitai.com/models/7"} if command == "add" else {}
            assert "those who may manage the server" in await told(member, demo.art, f"adapter {command}", **given)
            if "style" in given:
                assert await completed(member, demo.art, command) == []
                offered = await completed(moderator, elsewhere, command)
                assert "mine" in offered
                assert "theirs" not in offered
                assert "no style" in await told(moderator, elsewhere, f"adapter {command}", **given)
        assert "theirs" not in await told(moderator, elsewhere, "adapter list")

        panel = await (await moderator.run(elsewhere, "adapter edit", style="mine")).message(is_panel)
        listed = await (await moderator.run(elsewhere, "adapter list")).message()
        for act in ("details", "off", "on", "activate", "repaint", "discard", "remove", "retire", "purge"):
            made_up = forged(playground, panel, f"adapter:{first_act(panel)}:{mine}", f"adapter:{act}:{theirs}")
            said = await (await moderator.click(made_up, f"adapter:{act}:{theirs}")).message()
            assert "no such style in this server" in words_of(said), act
            forged(playground, panel, f"adapter:{act}:{theirs}", f"adapter:{first_act(panel)}:{mine}")
        made_up = forged(playground, panel, f"adapter_rating:{mine}", f"adapter_rating:{theirs}")
        said = await (await moderator.select(made_up, f"adapter_rating:{theirs}", "adult")).message()
        assert "no such style" in words_of(said)
        made_up = forged(playground, listed, f'"value": "{mine}"', f'"value": "{theirs}"')
        said = await (await moderator.select(made_up, "adapter_pick", str(theirs))).message()
        assert "no such style" in words_of(said)

        # Who lost the right cannot use what is still open, not even a form.
        form = await (await moderator.click(panel, "Details")).form()
        demo.world.guilds[demo.other.id].owner_id = demo.owner.id
        said = await (await moderator.submit(form, name="changed")).message()
        assert "those who may manage the server" in words_of(said)
        said = await (await moderator.click(panel, "Switch off")).message()
        assert "those who may manage the server" in words_of(said)
    assert [(one.id, one.owner, one.state, one.style) for one in kept(tmp_path)] == before
    assert await refused(playground) == []


def first_act(panel: dict[str, Any]) -> str:
    """Of its first button."""
    return str(panel["components"][0]["components"][0]["custom_id"]).split(":")[1]


async def test_what_admins_write_neither_pings_nor_breaks_anything(playground: Playground, tmp_path: Path) -> None:
    demo, admin = playground.demo, playground.as_(playground.demo.owner)
    put(tmp_path, demo.guild, "own", "second")
    async with bot(playground, tmp_path, QUICK):
        panel = await (await admin.run(demo.art, "adapter edit", style="own")).message(is_panel)
        for name in (
            "@everyone",
            "a, b",
            "a + b",
            "**b**",
            "in\u200bk",
            "\u202eknip",
            "<@1>",
            "x" * 41,
            " ",
            "`x`",
            "\u3164",
            "\ufe0f",
        ):
            form = await (await admin.click(panel, "Details")).form()
            if len(name) <= 40:
                said = await (await admin.submit(form, name=name)).message()
                assert "cannot be called" in words_of(said) or "must not be empty" in words_of(said), name
        form = await (await admin.click(panel, "Details")).form()
        said = await (await admin.submit(form, name="SECOND")).message()
        assert "already" in words_of(said)
        for fields, sentence in (
            ({"weight": "strong"}, "a number from -4 to 4"),
            ({"weight": "99"}, "a number from -4 to 4"),
            ({"tags": ",".join("abcdefghijk")}, "at most 10 tags"),
            ({"tags": "x" * 31}, "at most 10 tags"),
        ):
            form = await (await admin.click(panel, "Details")).form()
            since = len(admin.events)
            assert sentence in words_of(await (await admin.submit(form, **fields)).message())
            given_back = await admin.event(
                "MESSAGE_CREATE", lambda one: "This is what you wrote" in one["content"], since=since
            )
            assert next(iter(fields.values()))[:20] in given_back["content"]
        panel = await filled_in(admin, panel, trigger=HOSTILE, credit=f"{HOSTILE} — {HOSTILE}", tags=HOSTILE[:24])
        words = words_of(panel)
        assert "\u202e" not in words
        assert "\u200b" not in words
        assert "\\@everyone" in words
        assert "\\<\\@1\\>" in words
        style = next(one.style for one in kept(tmp_path) if one.style.name == "own")
        assert style.trigger.startswith("@everyone")
        await admin.run(demo.art, "adapter info", style="own")
        assert "no style" in await told(admin, demo.art, "adapter info", style=HOSTILE)
        assert (await told(admin, demo.art, "adapter remove", style="SKS")).startswith("sks is not this server's own")
        assert await refused(playground) == []


async def test_a_role_that_the_server_names_may_add_styles_and_is_spoken_to_in_its_language(
    playground: Playground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo, russian = playground.demo, playground.as_(playground.demo.russian)
    artists = next(role for role in demo.guild.roles.values() if role.name == "Artist")
    demo.guild.members[demo.russian.id].roles.add(artists.id)
    async with bot(playground, tmp_path, QUICK):
        assert "Это для тех, кто может управлять сервером" in await told(russian, demo.art, "adapter list")
    settings(tmp_path, demo.guild, f'{{"style_roles": ["{artists.id}"]}}')
    async with bot(playground, tmp_path, QUICK):
        panel = await added(russian, demo.art, file=("ink.safetensors", ink(5)))
        words = words_of(panel)
        for said in ("Черновик", "Триггер: in ink style", "Меняет картинку на: 50%", "Слева: без него"):
            assert said in words
        assert buttons(panel) == ["Подробности", "Включить", "Нарисовать заново", "Выбросить"]
        form = await (await russian.click(panel, "Подробности")).form()
        assert form["title"] == "Подробности о стиле"
        assert [part["label"] for part in form["components"]][3] == "Автор — лицензия"
        panel = await clicked(russian, panel, "Включить", "Включён")
        listed = await (await russian.run(demo.art, "adapter list")).message()
        assert "Стили этого сервера" in words_of(listed)
        assert "из 100" in await told(russian, demo.art, "adapter quota")
        asked = await (await russian.click(panel, "Удалить…")).message()
        assert buttons(asked) == ["Удалить", "Удалить сразу", "Оставить"]
        assert "удалён вместе с файлом" in words_of(await clicked(russian, asked, "Удалить сразу", "удалён"))
        assert kept(tmp_path) == []
        assert await refused(playground) == []


def settings(folder: Path, guild: Any, written: str) -> None:
    """As a server has them when the bot starts."""
    with closing(sqlite3.connect(folder / "data" / "bot.sqlite")) as database, database:
        database.execute("INSERT OR REPLACE INTO servers VALUES (?, ?, 1.0)", (guild.id, written))


async def test_a_servers_styles_go_with_it_and_what_it_was_adding_stops(playground: Playground, tmp_path: Path) -> None:
    demo, admin = playground.demo, playground.as_(playground.demo.owner)
    put(tmp_path, demo.guild, "own", "sketch")
    put(tmp_path, demo.other, "theirs", first=60)
    held = tmp_path / "held"
    held.touch()
    soon = {"bot.departures.PURGE_SECONDS": 0.2, "bot.departures.READY_SECONDS": 0.2}
    async with bot(playground, tmp_path, QUICK | {"seconds": QUICK["seconds"] | soon}, hold=str(held)):
        used = await admin.run(demo.art, "adapter add", file=("ink.safetensors", ink(1)))
        await used.message(lambda one: "Painting" in one["content"])
        body = {"application": str(demo.app.id), "guild": str(demo.guild.id), "installed": False}
        await admin.post("guild_install", **body)
        await until(lambda: names_of(tmp_path) == ["theirs"])
        await until(lambda: not rows(tmp_path, "SELECT 1 FROM additions"))
        held.unlink()
    async with bot(playground, tmp_path, QUICK):
        assert names_of(tmp_path) == ["theirs"]


async def test_a_server_that_has_nothing_but_styles_is_noticed_to_have_gone(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    put(tmp_path, demo.guild, "own")
    body = {"application": str(demo.app.id), "guild": str(demo.guild.id), "installed": False}
    await playground.as_(demo.owner).post("guild_install", **body)
    soon = {"bot.departures.PURGE_SECONDS": 0.2, "bot.departures.READY_SECONDS": 0.2}
    async with bot(playground, tmp_path, {"seconds": soon}):
        await until(lambda: names_of(tmp_path) == [])


async def test_who_added_a_style_is_forgotten_and_the_style_stays(playground: Playground, tmp_path: Path) -> None:
    demo, admin = playground.demo, playground.as_(playground.demo.owner)
    async with bot(playground, tmp_path, QUICK):
        await added(admin, demo.art, file=("ink.safetensors", ink(1)))
        assert [one.added_by for one in kept(tmp_path)] == [str(admin.id)]
        copy = await (await admin.run(demo.art, "prefs export")).message(lambda one: one["attachments"])
        data = json.loads(await playground.download(copy["attachments"][0]["url"]))
        assert [one["name"] for one in data["styles_added"]] == ["ink-by-hand"]
        asked = await (await admin.run(demo.art, "prefs forget")).message()
        await (await admin.click(asked, "Forget everything")).update(lambda one: not one["components"])
        await until(lambda: [one.added_by for one in kept(tmp_path)] == [""])
        await until(lambda: [by for _, by in trail(tmp_path, demo.guild)] == [0])
        assert await refused(playground) == []


def rows(folder: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "data" / "bot.sqlite")) as database:
        return database.execute(statement).fetchall()


async def test_what_a_server_paints_in_by_default_stays_so_under_a_new_name(
    playground: Playground, tmp_path: Path
) -> None:
    demo, admin, member = playground.demo, playground.as_(playground.demo.owner), playground.as_(playground.demo.member)
    put(tmp_path, demo.guild, "own")
    async with bot(playground, tmp_path, QUICK):
        pass
    settings(tmp_path, demo.guild, '{"default_style": "own"}')
    async with bot(playground, tmp_path, QUICK):
        panel = await (await admin.run(demo.art, "adapter edit", style="own")).message(is_panel)
        await filled_in(admin, panel, name="ours")
        painted = await (await member.run(demo.art, "paint", prompt="a cat")).message(pictures)
        assert "ours" in words_of(painted)
        assert trail(tmp_path, demo.guild) == [("adapter_edited", admin.id)]
    # A draft that is called as everyone's style is not what is painted in.
    put(tmp_path, None, "common")
    put(tmp_path, demo.guild, "common", state=State.DRAFT, first=60)
    settings(tmp_path, demo.guild, '{"default_style": "common"}')
    async with bot(playground, tmp_path, QUICK):
        panel = await (await admin.run(demo.art, "adapter edit", style="common")).message(is_panel)
        await filled_in(admin, panel, name="draft")
        painted = await (await member.run(demo.art, "paint", prompt="a cat")).message(pictures)
        assert "common" in words_of(painted)
        assert await refused(playground) == []


async def test_a_panel_of_before_does_not_discard_what_was_activated_meanwhile(
    playground: Playground, tmp_path: Path
) -> None:
    demo, admin, other = (
        playground.demo,
        playground.as_(playground.demo.owner),
        playground.as_(playground.demo.moderator),
    )
    put(tmp_path, demo.guild, "own", state=State.DRAFT)
    async with bot(playground, tmp_path, QUICK):
        old = await (await admin.run(demo.art, "adapter edit", style="own")).message(is_panel)
        new = await (await other.run(demo.art, "adapter edit", style="own")).message(is_panel)
        await clicked(other, new, "Activate", "Active")
        assert "Active: members can paint in it" in words_of(await (await admin.click(old, "Discard")).message())
        assert [one.state for one in kept(tmp_path)] == [State.ACTIVE]
        assert await refused(playground) == []


async def test_of_many_that_are_switched_off_at_once_none_comes_back(playground: Playground, tmp_path: Path) -> None:
    demo, admin, names = playground.demo, playground.as_(playground.demo.owner), {"ink", "pencil", "chalk", "oil"}
    put(tmp_path, None, *names)
    async with bot(playground, tmp_path, QUICK):
        await asyncio.gather(*(admin.run(demo.art, "adapter disable", style=name) for name in names))
        await until(lambda: len(trail(tmp_path, demo.guild)) == len(names))
        ((settings,),) = rows(tmp_path, "SELECT settings FROM servers")
        assert set(json.loads(settings)["hidden_styles"]) == names
        assert await refused(playground) == []


async def test_pictures_of_a_trial_that_the_engines_screen_holds_back_are_not_shown(
    playground: Playground, tmp_path: Path
) -> None:
    demo, admin = playground.demo, playground.as_(playground.demo.owner)
    async with bot(playground, tmp_path, QUICK, flags_for="astronaut"):
        panel = await added(admin, demo.art, file=("ink.safetensors", ink(1)))
        assert "There are no pictures of it yet" in words_of(panel)
        usual = await told(admin, demo.art, "adapter preview", style="ink-by-hand", prompt="one more astronaut")
        assert "holds these pictures back" in usual
        assert not list((tmp_path / "data" / "adapters" / "previews").iterdir())
        assert "with it" in await told(admin, demo.art, "adapter preview", style="ink-by-hand", prompt="a cat")
        assert await refused(playground) == []


def test_what_was_removed_and_is_there_once_more_is_painted_in_as_that_says(tmp_path: Path) -> None:
    (first,) = put(tmp_path, demo_world("token").guild, "own")
    with closing(Library(tmp_path / "data" / "adapters")) as library:
        kept, styles = library.by_id(first), Styles(Catalogue([]), library)
        guild, sha256 = int(kept.owner), kept.style.sha256
        library.move(first, State.RETIRED)
        assert styles.standing(sha256, guild, (), again=True).name == "own"
        draft = library.files.drafts / "again.draft"
        draft.write_bytes(kept.style.read())
        again = library.add(draft, kept.style, kept.size, {}, kept.owner, Quota())
        library.move(again.id, State.DISABLED)
        with pytest.raises(Refused, match="switched off"):
            styles.standing(sha256, guild, (), again=True)
