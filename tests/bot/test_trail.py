"""The trail of a server: what was done in it, by whom and when, on its pages and in its log channel."""

import json
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.servers.panel import SECTIONS, layout, overview
from bot.servers.settings import LISTED, WORDS, ServerSettings
from bot.servers.shown import changes_said, difference_said, differences
from bot.servers.trail import Trail, line, told
from bot.store import servers
from bot.store.database import opened
from bot.store.servers import Entry, ServerStore
from bot.texts import LOCALES
from playground.testing import Playground
from tests.bot.acting import bot, buttons, refused
from tests.bot.test_settings_panel import opened as panel_of
from tests.bot.test_settings_panel import pick, press, walk

GUILD, OTHER, ADMIN = 600, 601, 70
HUGE = 9 * 10**18
LARGEST = ServerSettings(
    channels=tuple(range(HUGE, HUGE + LISTED)),
    roles=tuple(range(HUGE, HUGE + LISTED)),
    style_roles=tuple(range(HUGE, HUGE + LISTED)),
    log_channel=HUGE,
    language="en",
    default_style="*" * 100,
    default_aspect="16:9",
    default_steps=150,
    default_guidance=29.999999,
    default_negative="*" * 2_000,
    most_side=2_048,
    most_steps=150,
    most_count=16,
    quota=10_000,
    role_quotas=dict.fromkeys(range(HUGE, HUGE + LISTED), 10_000),
    role_weights=dict.fromkeys(range(HUGE, HUGE + LISTED), 33.333333),
    blocked_words=tuple(f"{'*' * 25}{number:04}" for number in range(WORDS)),
    hidden_styles=tuple(f"{number:02}{'*' * 98}" for number in range(LISTED)),
    adult=False,
    spoiler=True,
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[ServerStore]:
    async with opened(tmp_path / "bot.sqlite") as database:
        yield ServerStore(database)


def entry(number: int = 0, guild_id: int = GUILD, /, **details: Any) -> Entry:
    return Entry(guild_id=guild_id, by=ADMIN, kind="settings", at=float(number), details=details)


async def test_the_latest_comes_first_and_each_server_has_its_own(store: ServerStore) -> None:
    for number in range(5):
        await store.note(entry(number, number=number), None)
    await store.note(entry(9, OTHER), None)
    assert [one.details["number"] for one in await store.trail(GUILD, 3)] == [4, 3, 2]
    assert [one.details["number"] for one in await store.trail(GUILD, 3, 3)] == [1, 0]
    assert (await store.count(GUILD), await store.count(OTHER), await store.count(1)) == (5, 1, 0)


async def test_the_oldest_go_where_there_are_too_many(store: ServerStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "KEPT", 3)
    await store.note(entry(0, OTHER), None)
    for number in range(6):
        await store.note(entry(number), None)
    assert [one.at for one in await store.trail(GUILD, 10)] == [5.0, 4.0, 3.0]
    assert await store.count(OTHER) == 1


async def test_it_is_told_where_there_is_a_log_channel(store: ServerStore) -> None:
    woken: list[bool] = []
    trail = Trail(store, lambda: woken.append(True), lambda guild_id: "ru")
    found = differences(ServerSettings(), ServerSettings(quota=5))
    await trail.note(GUILD, ServerSettings(), ADMIN, "settings", changes=found)
    assert woken == []
    await trail.note(GUILD, ServerSettings(log_channel=8), ADMIN, "settings", changes=found)
    assert woken == [True]
    rows = await store._database.read("SELECT target, form FROM outbox")
    target, form = (json.loads(str(one)) for one in rows[0])
    assert target["channel"] == 8
    assert form["content"].startswith(f"<t:{round(time.time()) // 10}")
    assert f"<@{ADMIN}>" in form["content"]
    assert form["mentions"] == []
    assert await store.count(GUILD) == 2


def test_the_log_speaks_the_language_of_the_server() -> None:
    one = entry(changes=differences(ServerSettings(), ServerSettings(quota=5)))
    letters = [
        told(one, ServerSettings(log_channel=8, language=language), locale)
        for language, locale in ((None, "en"), (None, "ru"), ("en", "ru"))
    ]
    contents = [letter.form.content for letter in letters if letter is not None]
    assert ["Pictures in 24 hours: no limit → 5" in one for one in contents] == [True, False, True]
    assert told(one, ServerSettings()) is None


def test_who_was_forgotten_is_somebody() -> None:
    forgotten = Entry(guild_id=GUILD, by=0, kind="settings", at=1.0, details={"changes": []})
    assert line(forgotten, "en").startswith("<t:1:f> · somebody · ")


# What changed


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ({}, {"quota": 5}, "Pictures in 24 hours: no limit → 5"),
        ({"spoiler": True}, {}, "Pictures as spoilers: yes → no"),
        ({"channels": (1, 2)}, {"channels": (2, 3)}, "Paint in: added <#3>; removed <#1>"),
        ({}, {"role_weights": {7: 2.0}}, "Weight in line, by role: added <@&7> 2"),
        ({"role_quotas": {7: 5}}, {"role_quotas": {7: 6}},
         "Pictures in 24 hours, by role: added <@&7> 6; removed <@&7> 5"),
        ({}, {"default_style": "@everyone **x**"}, "Style: not set → \\@everyone \\*\\*x\\*\\*"),
        ({}, {"blocked_words": ("a`b",)}, "Blocked words: added a\\`b"),
        (
            {},
            {"channels": tuple(range(1, 14))},
            "Paint in: added <#1>, <#2>, <#3>, <#4>, <#5>, <#6>, <#7>, <#8>, <#9>, <#10> and 3 more",
        ),
        ({"language": "ru"}, {}, "Public language: Русский → as Discord has it for this server"),
    ],
)  # fmt: skip
def test_each_change_says_what_was_and_what_is(old: Any, new: Any, said: str) -> None:
    found = json.loads(json.dumps(differences(ServerSettings(**old), ServerSettings(**new))))
    assert [difference_said(one, "en") for one in found] == [said]


@pytest.mark.parametrize("locale", LOCALES)
def test_however_much_changes_it_fits(locale: str) -> None:
    for old, new in ((ServerSettings(), LARGEST), (LARGEST, ServerSettings())):
        found = json.loads(json.dumps(differences(old, new)))
        assert len(json.dumps(found)) < 20_000
        assert len(changes_said(found, locale, 1_000)) <= 1_000
        for most in (480, 1_900):
            assert len(line(entry(changes=found), locale, most)) <= most


# The panel, with as much as there can be


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("section", SECTIONS)
def test_the_panel_holds_the_largest_settings(section: str, locale: str) -> None:
    shown = layout(LARGEST, None, section, locale, "x" * 5_000)
    parts = list(walk({"components": shown.to_components()}))
    assert len(parts) <= 40
    texts = [one["content"] for one in parts if one["type"] == 10]
    assert sum(map(len, texts)) <= 4_000
    last = overview(LARGEST, frozenset(), section, locale).splitlines()[-1]
    assert last in texts[0], "nothing was cut off"
    for one in parts:
        assert len(one.get("custom_id", "")) <= 100
        assert len(one.get("placeholder") or "") <= 150
        assert len(one.get("label") or "") <= 80
        for option in one.get("options", ()):
            assert len(option["label"]) <= 100
            assert len(option.get("description") or "") <= 100


# In a server


async def test_the_log_channel_and_the_pages_have_every_change(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    owner, moderator, russian = map(playground.as_, (demo.owner, demo.moderator, demo.russian))
    async with bot(playground, tmp_path):
        assert "Nothing has been noted" in str((await (await owner.run(demo.art, "settings log")).message())["embeds"])
        panel = await panel_of(moderator, demo.art)
        told_ = await pick(moderator, panel, "log_channel", demo.silent)
        assert f"⚠ In <#{demo.silent.id}> I may not: send messages." in json.dumps(told_, ensure_ascii=False)
        panel = await pick(moderator, told_, "log_channel", demo.general)
        seen = await told_in(owner, demo.general, "Log channel: none →")
        assert f"<@{demo.moderator.id}>" in seen["content"]
        assert seen["mentions"] == []
        content = await (await moderator.select(panel, "settings_section", "content")).update()
        await press(moderator, content, "adult_off")
        await told_in(owner, demo.general, "Age-restricted styles: yes → no")
        shown = await (await owner.run(demo.art, "settings log")).message()
        assert len(shown["embeds"][0]["description"].split("\n\n")) == 2
        assert buttons(shown) == []
    older = json.dumps({"changes": differences(ServerSettings(), ServerSettings(quota=5))})
    with closing(sqlite3.connect(tmp_path / "data" / "bot.sqlite")) as file, file:
        values = [(demo.guild.id, demo.owner.id, older, time.time())] * 8
        file.executemany("INSERT INTO audit (guild_id, by, kind, details, at) VALUES (?, ?, 'settings', ?, ?)", values)
    async with bot(playground, tmp_path):
        shown = await (await owner.run(demo.art, "settings log")).message()
        assert shown["only_you"]
        assert buttons(shown) == ["<<", "<", "1/2", ">", ">>"]
        assert shown["embeds"][0]["description"].startswith(f"<t:{int(time.time()) // 1_000}")
    async with bot(playground, tmp_path):
        after = await (await owner.click(shown, ">")).update()
        assert buttons(after)[2] == "2/2"
        assert "Log channel: none →" in after["embeds"][0]["description"]
        told_ = await (await russian.run(demo.art, "settings log")).message()
        assert told_["content"] == "Это для тех, кто может управлять сервером."
        other = await playground.post("channel", guild=str(demo.other.id), name="art", type=0)
        elsewhere = type("Place", (), {"id": int(other["id"])})()
        theirs = await (await moderator.run(elsewhere, "settings log")).message()
        assert "Nothing has been noted" in theirs["embeds"][0]["description"]
        assert "Paint in: anywhere" in json.dumps(await panel_of(moderator, elsewhere))
    assert await refused(playground) == []


async def told_in(person: Any, channel: Any, words: str) -> Any:
    return await person.event(
        "MESSAGE_CREATE", lambda one: words in one["content"] and one["channel_id"] == str(channel.id)
    )


async def test_a_server_in_russian_has_its_log_and_its_panel_so(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        pass
    told_ = json.dumps(ServerSettings(log_channel=demo.general.id, language="ru").to_json())
    with closing(sqlite3.connect(tmp_path / "data" / "bot.sqlite")) as file, file:
        file.execute("INSERT INTO servers VALUES (?, ?, 0)", (demo.guild.id, told_))
    owner = playground.as_(demo.owner)
    await owner.post("locale", locale="ru")
    async with bot(playground, tmp_path):
        shown = await (await owner.run(demo.art, "settings show")).message()
        assert "Настройки этого сервера" in json.dumps(shown, ensure_ascii=False)
        limits = await (await owner.select(shown, "settings_section", "defaults")).update()
        changed = await press(owner, limits, "spoiler_on")
        assert "✓ Сохранено.\nКартинки под спойлером: нет → да" in [
            one["content"] for one in walk(changed) if one["type"] == 10
        ]
        await told_in(owner, demo.general, "Картинки под спойлером: нет → да")
    assert await refused(playground) == []
