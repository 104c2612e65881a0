"""What a server's settings do: to what is asked for, and when several change them at once."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from adapters.library import Library
from adapters.styles import Catalogue, Style
from bot.preferences import Preferences
from bot.servers.rules import Rules, channels_there, quota_of, roles_there, weight_of
from bot.servers.settings import ServerSettings
from bot.sizes import sized, stepped
from bot.store.database import Database, StoreFailed, opened
from bot.store.servers import ServerStore
from bot.styles.by_place import Styles
from bot.styles.picks import Picks
from bot.wish import Wish, understood
from playground.testing import Playground
from protocol.errors import InvalidRequest
from protocol.paint import PaintRequest
from protocol.presets import PRESETS
from tests.adapters.files import write_styles
from tests.bot.acting import bot, final, pictures, refused
from tests.bot.kept_rows import kept
from tests.bot.own_styles import add_style

GUILD, OTHER, ADMIN = 600, 601, 70


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path / "bot.sqlite") as database:
        yield database


@pytest.fixture
def rules(database: Database, tmp_path: Path) -> Rules:
    return made(database, tmp_path)


def made(database: Database, folder: Path) -> Rules:
    return Rules(ServerStore(database), Styles(Catalogue([]), Library(folder / "library")), lambda: None)


# Changing


async def test_changes_of_different_settings_at_once_all_hold(rules: Rules, database: Database, tmp_path: Path) -> None:
    fields: dict[str, Any] = {"quota": 5, "spoiler": True, "adult": False, "most_steps": 20, "channels": (1, 2)}
    fields |= {"roles": (3,), "log_channel": 9, "language": "ru", "most_side": 512, "blocked_words": ("cat",)}
    await asyncio.gather(*(rules.change(GUILD, ADMIN, "settings", None, **{name: one}) for name, one in fields.items()))
    assert await rules.of(GUILD) == ServerSettings(**fields)
    assert await made(database, tmp_path / "again").of(GUILD) == ServerSettings(**fields)
    assert await rules.of(OTHER) == ServerSettings()
    assert await ServerStore(database).count(GUILD) == len(fields)


async def test_what_is_made_of_what_is_set_sees_every_change_before_it(rules: Rules) -> None:
    async def add(word: str) -> None:
        await rules.adjust(GUILD, ADMIN, lambda old: {"blocked_words": (*old.blocked_words, word)})

    await asyncio.gather(*(add(f"word{number}") for number in range(30)))
    assert sorted((await rules.of(GUILD)).blocked_words) == sorted(f"word{number}" for number in range(30))


async def test_what_cannot_be_changed_leaves_everything_as_it_was(
    rules: Rules, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rules.change(GUILD, ADMIN, "settings", None, quota=5)
    with pytest.raises(InvalidRequest):
        await rules.change(GUILD, ADMIN, "settings", None, quota=0)

    async def fails(*given: object) -> None:
        raise StoreFailed("The disk is full.")

    with monkeypatch.context() as full:
        full.setattr(rules._store, "set", fails)
        with pytest.raises(StoreFailed):
            await rules.change(GUILD, ADMIN, "settings", None, quota=6)
        with pytest.raises(StoreFailed):
            await rules.adjust(GUILD, ADMIN, lambda old: {"quota": 7})
    assert (await rules.of(GUILD)).quota == 5
    assert await ServerStore(database).count(GUILD) == 1


async def test_what_changes_nothing_is_not_noted(rules: Rules, database: Database) -> None:
    assert await rules.adjust(GUILD, ADMIN, lambda old: {"adult": True}) == []
    assert await ServerStore(database).count(GUILD) == 0


async def test_what_was_kept_under_other_bounds_does_not_stop_a_server(rules: Rules, database: Database) -> None:
    told = {"quota": 10**9, "most_steps": 20, "unknown": 1, "channels": "x", "spoiler": True}
    async with database.writing() as connection:
        await connection.execute("INSERT INTO servers VALUES (?, ?, 0)", (GUILD, json.dumps(told)))
    assert await rules.of(GUILD) == ServerSettings(most_steps=20, spoiler=True)


async def test_a_server_that_is_purged_begins_anew(rules: Rules, database: Database) -> None:
    await rules.change(GUILD, ADMIN, "settings", None, quota=5)
    async with database.writing() as connection:
        await connection.execute("DELETE FROM servers")
    rules.forget(GUILD)
    assert await rules.of(GUILD) == ServerSettings()


# What holds for whom


def test_of_several_roles_the_largest_holds_and_the_servers_over_the_operators() -> None:
    settings = ServerSettings(quota=5, role_quotas={1: 10, 2: 20}, role_weights={1: 2.0})
    assert [quota_of(settings, frozenset(roles)) for roles in ((), (1,), (1, 2), (3,))] == [5, 10, 20, 5]
    assert quota_of(ServerSettings(), frozenset({1})) is None
    assert [weight_of(settings, frozenset(roles), {1: 9.0, 3: 4.0}) for roles in ((), (1,), (3,), (1, 3))] == [
        1,
        2,
        4,
        4,
    ]


def server(*there: int, unavailable: bool = False) -> Any:
    found = {one: object() for one in there}
    return SimpleNamespace(get_channel=found.get, get_role=found.get, unavailable=unavailable)


def test_deleted_channels_and_roles_lock_nobody_out() -> None:
    settings = ServerSettings(channels=(1, 2), roles=(3, 4))
    assert (channels_there(settings, server(1, 3)), roles_there(settings, server(1, 3))) == ((1,), (3,))
    assert (channels_there(settings, server()), roles_there(settings, server())) == ((), ())
    for unknown in (None, server(unavailable=True)):
        assert (channels_there(settings, unknown), roles_there(settings, unknown)) == ((1, 2), (3, 4))


# What is asked for


def picks(tmp_path: Path, **fields: Any) -> Picks:
    write_styles(tmp_path, "sks", **fields)
    return Picks(Catalogue.of(tmp_path))


def wished(there: Picks, settings: ServerSettings, likes: Preferences | None = None, **said: Any) -> Any:
    adult = said.pop("adult", True)
    return understood(Wish(prompt="cat", **said), likes or Preferences(), settings, there, adult=adult)


def test_what_nobody_says_is_as_the_server_has_it(tmp_path: Path) -> None:
    settings = ServerSettings(
        default_style="SKS",
        default_aspect="3:2",
        default_steps=20,
        default_guidance=5.0,
        default_negative="fog",
        spoiler=True,
    )
    found = wished(picks(tmp_path), settings)
    request = found.request
    assert (found.style, found.aspect, found.spoiler) == ("sks", "3:2", True)
    assert (request.steps, request.guidance_scale, request.negative_prompt) == (20, 5.0, "fog")
    likes = Preferences(aspect="1:1", steps=7, guidance=2.0, negative="rain")
    liked = wished(picks(tmp_path), settings, likes)
    assert (liked.aspect, liked.request.steps, liked.request.negative_prompt) == ("1:1", 7, "rain")
    own = wished(picks(tmp_path), settings, likes, aspect="16:9", steps=9, guidance=1.0, negative="", spoiler=False)
    assert (own.aspect, own.request.steps, own.request.guidance_scale, own.spoiler) == ("16:9", 9, 1.0, False)


def test_what_comes_by_itself_stays_within_the_bounds_and_what_is_said_is_left_to_be_refused(tmp_path: Path) -> None:
    settings = ServerSettings(most_steps=3, default_steps=50)
    assert wished(picks(tmp_path), settings).request.steps == 3
    assert wished(picks(tmp_path), settings, Preferences(steps=40)).request.steps == 3
    preset = next(name for name, one in PRESETS.items() if (one.fields().get("steps") or 0) > 3)
    assert wished(picks(tmp_path, preset=preset), ServerSettings(most_steps=3), style="sks").request.steps == 3
    assert wished(picks(tmp_path), settings, steps=40).request.steps == 40


def test_an_age_restricted_style_is_no_usual_one_where_it_may_not_be_painted(tmp_path: Path) -> None:
    there = picks(tmp_path, adult=True) if "adult" in Style.__dataclass_fields__ else picks(tmp_path)
    there = Picks(Catalogue([adult_of(one) for one in there.catalogue]))
    settings = ServerSettings(default_style="sks")
    assert wished(there, settings, adult=True).style == "sks"
    assert wished(there, settings, adult=False).style == ""
    assert wished(there, settings, Preferences(style="sks"), adult=False).style == ""
    assert wished(there, settings, style="sks", adult=False).style == "sks"


def test_a_file_under_two_names_is_age_restricted_where_one_of_them_is(tmp_path: Path) -> None:
    add_style(tmp_path, "own", str(GUILD), adult=True)
    with closing(Library(tmp_path / "data" / "adapters")) as library:
        own = library.named("own", str(GUILD)).style
        common = Style(name="common", path=own.path, sha256=own.sha256)
        styles = Styles(Catalogue([common]), library)
        assert styles.standing(own.sha256, GUILD, (), again=False).adult
        assert not styles.standing(own.sha256, OTHER, (), again=False).adult
        assert [style.name for style in styles.of(OTHER, adult=False)] == ["common"]
        assert list(styles.of(GUILD, adult=False)) == []


def adult_of(style: Style) -> Style:
    return Style(name=style.name, path=style.path, sha256=style.sha256, trigger=style.trigger, adult=True)


CARD: Any = SimpleNamespace(defaults=SimpleNamespace(width=1024, height=768, steps=30))


@pytest.mark.parametrize(
    ("fields", "aspect", "most", "size"),
    [
        ({}, "", None, (None, None)),
        ({}, "", 512, (512, 384)),
        ({}, "16:9", 512, (512, 288)),
        ({}, "9:16", 512, (288, 512)),
        ({"width": 640, "height": 320}, "", 512, (512, 256)),
        ({"width": 512, "height": 512}, "", 512, (512, 512)),
        ({"width": 2048, "height": 64}, "", 64, (64, 64)),
    ],
)
def test_no_side_is_above_the_most(fields: Any, aspect: str, most: int | None, size: Any) -> None:
    found = sized(PaintRequest(prompt="cat", **fields), aspect, CARD, most)
    assert (found.width, found.height) == size


def test_the_bases_own_steps_stay_within_the_bound() -> None:
    request = PaintRequest(prompt="cat")
    assert [stepped(request, CARD, most).steps for most in (None, 10, 30, 40)] == [None, 10, None, None]
    assert stepped(request, None, 10).steps is None
    assert stepped(PaintRequest(prompt="cat", steps=5), CARD, 3).steps == 5


# In a server


def set_in(folder: Path, guild_id: int, **fields: Any) -> None:
    """As another bot, that has ended, has left it."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    settings = json.dumps(ServerSettings(**fields).to_json())
    with closing(sqlite3.connect(folder / "data" / "bot.sqlite")) as file, file:
        file.execute("INSERT OR REPLACE INTO servers VALUES (?, ?, 0)", (guild_id, settings))


async def begun(playground: Playground, folder: Path) -> None:
    async with bot(playground, folder):
        pass


async def test_a_quota_holds_however_many_are_asked_for_at_once(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    member, russian = playground.as_(demo.member), playground.as_(demo.russian)
    await begun(playground, tmp_path)
    artist = next(one for one in demo.guild.roles.values() if one.name == "Artist")
    set_in(tmp_path, demo.guild.id, quota=1, role_quotas={artist.id: 3}, most_count=2)
    async with bot(playground, tmp_path):
        used = await asyncio.gather(*(member.run(demo.art, "paint", prompt=f"cat {number}") for number in range(5)))
        told = [await one.message(lambda one: pictures(one) or "24 hours" in one["content"]) for one in used]
        assert sorted(pictures(one) for one in told) == [False, False, True, True, True]
        assert {one["only_you"] for one in told if not pictures(one)} == {True}
        assert len(await final(playground, demo.art)) == 3
        await (await russian.run(demo.art, "paint", prompt="кот")).message(pictures)
        assert "24 часа" in (await (await russian.run(demo.art, "paint", prompt="кот")).message())["content"]
        for count, why in ((3, "at most 2 pictures"), (2, "You have had 3 of the 3 pictures")):
            told_ = await (await member.run(demo.general, "paint", prompt="cat", count=count)).message()
            assert why in told_["content"]
    assert kept(tmp_path, "SELECT COUNT(*) FROM jobs") == [(4,)]
    assert await refused(playground) == []


async def test_places_and_roles_are_kept_to(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    member, newcomer, owner = map(playground.as_, (demo.member, demo.newcomer, demo.owner))
    artist = next(one for one in demo.guild.roles.values() if one.name == "Artist")
    await begun(playground, tmp_path)
    set_in(tmp_path, demo.guild.id, channels=(demo.forum.id,), roles=(artist.id,))
    async with bot(playground, tmp_path):
        done = await (await member.run(demo.post, "paint", prompt="cat")).message(pictures)
        told = await (await member.run(demo.art, "paint", prompt="cat")).message()
        assert (f"<#{demo.forum.id}>" in told["content"], told["only_you"]) == (True, True)
        told = await (await newcomer.run(demo.post, "paint", prompt="cat")).message()
        assert f"<@&{artist.id}>" in told["content"]
        told = await (await newcomer.click(done, "Again")).message()
        assert f"<@&{artist.id}>" in told["content"]
    category = demo.art.parent_id
    assert category is not None
    set_in(tmp_path, demo.guild.id, channels=(category,), log_channel=demo.silent.id)
    async with bot(playground, tmp_path):
        panel = json.dumps(await (await owner.run(demo.art, "settings show")).message())
        assert f"Nothing is told in the log channel. In <#{demo.silent.id}> I may not: send messages." in panel
        for place in (demo.art, demo.thread):
            assert await (await newcomer.run(place, "paint", prompt="cat")).message(pictures)
        assert "do not paint" in (await (await newcomer.run(demo.post, "paint", prompt="cat")).message())["content"]
    set_in(tmp_path, demo.guild.id, channels=(1, 2), roles=(3,), log_channel=4)
    async with bot(playground, tmp_path):
        assert await (await newcomer.run(demo.general, "paint", prompt="cat")).message(pictures)
        panel = json.dumps(await (await owner.run(demo.art, "settings show")).message())
        assert "All channels that were set are deleted" in panel
        assert "All roles that were set are deleted" in panel
    assert await refused(playground) == []


async def test_what_everybody_sees_is_in_the_language_of_the_server(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    await begun(playground, tmp_path)
    set_in(tmp_path, demo.guild.id, language="ru")
    async with bot(playground, tmp_path):
        done = await (await member.run(demo.art, "paint", prompt="cat")).message(pictures)
        assert "Ещё раз" in json.dumps(done["components"], ensure_ascii=False)
        own = await (await member.run(demo.art, "paint", prompt="cat", private=True)).message(pictures)
        assert "Again" in json.dumps(own["components"])
    assert await refused(playground) == []
