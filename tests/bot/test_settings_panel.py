"""The panel of a server's settings, as admins, moderators, members and people of other servers meet it."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.servers.settings import ServerSettings
from playground.testing import Person, Playground
from tests.bot.acting import bot, pictures, refused
from tests.bot.kept_rows import kept

Json = dict[str, Any]


def walk(message: Json) -> Iterator[Json]:
    """All components, however deep."""
    waiting = [*message["components"]]
    while waiting:
        one = waiting.pop(0)
        yield one
        waiting += [*one.get("components", ()), *filter(None, [one.get("accessory")])]


def words(message: Json) -> str:
    return "\n".join(one["content"] for one in walk(message) if one["type"] == 10)


def custom_id(message: Json, beginning: str) -> str:
    return next(one["custom_id"] for one in walk(message) if one.get("custom_id", "").startswith(beginning))


def settings_of(folder: Path, guild_id: int) -> Json:
    rows = kept(folder, f"SELECT settings FROM servers WHERE guild_id = {guild_id}")
    return dict(json.loads(str(rows[0][0]))) if rows else {}


async def opened(person: Person, channel: Any, section: str = "where") -> Json:
    shown = await (await person.run(channel, "settings show")).message()
    assert shown["only_you"]
    if section == "where":
        return shown
    return await (await person.select(shown, "settings_section", section)).update()


async def press(person: Person, panel: Json, act: str) -> Json:
    return await (await person.click(panel, custom_id(panel, f"settings_act:{act}"))).update()


async def pick(person: Person, panel: Json, name: str, *values: Any) -> Json:
    return await (await person.select(panel, custom_id(panel, f"settings_pick:{name}:"), *values)).update()


async def form(person: Person, panel: Json, act: str) -> Json:
    return await (await person.click(panel, custom_id(panel, f"settings_act:{act}"))).form()


async def sent(person: Person, panel: Json, shown: Json, **fields: Any) -> Json:
    """The panel, once the form that was opened on it is sent."""
    used = await person.submit(shown, **fields)
    used._source = panel["id"]
    return await used.update()


async def test_an_admin_sees_everything_and_changes_it(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    owner, member = playground.as_(demo.owner), playground.as_(demo.member)
    async with bot(playground, tmp_path):
        panel = await opened(owner, demo.art)
        assert "Paint in: anywhere" in words(panel)
        panel = await pick(owner, panel, "channels", demo.art)
        assert f"Paint in: <#{demo.art.id}>" in words(panel)
        assert f"✓ Saved.\nPaint in: added <#{demo.art.id}>" in words(panel)
        panel = await pick(owner, panel, "log_channel", demo.hidden)
        told = await (await member.run(demo.general, "paint", prompt="cat")).message()
        assert (told["content"], told["only_you"]) == (
            f"Here I do not paint. This server has me paint in <#{demo.art.id}>.",
            True,
        )
        await (await member.run(demo.art, "paint", prompt="cat")).message(pictures)
        await (await member.run(demo.thread, "paint", prompt="cat")).message(pictures)
        panel = await pick(owner, panel, "log_channel")
        assert "Log channel: none" in words(panel)
    assert settings_of(tmp_path, demo.guild.id) == {"channels": [str(demo.art.id)]}
    assert await refused(playground) == []


async def test_only_who_may_manage_the_server_gets_anywhere(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    moderator, member = playground.as_(demo.moderator), playground.as_(demo.member)
    everyone = "This is for those who may manage the server."
    async with bot(playground, tmp_path):
        panel = await opened(moderator, demo.art)
        panels = [panel]
        panels += [
            await (await moderator.select(panel, "settings_section", one)).update()
            for one in ("who", "limits", "defaults")
        ]
        content = await (await moderator.select(panel, "settings_section", "content")).update()
        await (await moderator.run(demo.art, "settings import", file=("a.json", proposal(quota=5)))).message()
        for name, given in (("show", {}), ("export", {}), ("log", {}), ("import", {"file": ("a.json", b"{}")})):
            told = await (await member.run(demo.art, f"settings {name}", **given)).message()
            assert (told["content"], told["only_you"]) == (everyone, True)
        open_form = await form(moderator, content, "words")
        # Somebody may lose what they were allowed, and make up what they send.
        shown = await public(playground, [*panels, content])
        for message in shown:
            for one in walk(message):
                if one["type"] == 2:
                    told = await (await member.click(message, one["custom_id"])).message()
                elif one["type"] in (3, 6, 8):
                    choices = {
                        3: lambda one: one["options"][0]["value"],
                        6: lambda _: role(demo),
                        8: lambda _: demo.art,
                    }
                    told = await (await member.select(message, one["custom_id"], choices[one["type"]](one))).message()
                else:
                    continue
                assert (told["content"], told["only_you"]) == (everyone, True), one["custom_id"]
        await playground.post("member", guild=str(demo.guild.id), user=str(demo.moderator.id), roles=[])
        used = await moderator.submit(open_form, blocked_words_1="cat")
        told = await used.message()
        assert (told["content"], told["only_you"]) == (everyone, True)
        direct = await (await member.run(demo.art, "paint", prompt="a cat")).message(pictures)
        assert direct
    assert settings_of(tmp_path, demo.guild.id) == {}
    assert await refused(playground) == []


def role(demo: Any, name: str = "Artist") -> Any:
    return next(one for one in demo.guild.roles.values() if one.name == name)


async def public(playground: Playground, messages: list[Json]) -> list[Json]:
    """The same, as if the bot had sent them for everybody to see."""
    client = playground.as_(playground.demo.owner)._client
    address = f"{playground.api}/channels/{playground.demo.art.id}/messages"
    headers = {"Authorization": f"Bot {playground.token}"}
    sent = []
    for one in messages:
        body = {"components": one["components"], "flags": 1 << 15}
        async with client.session.post(address, json=body, headers=headers) as response:
            assert response.status == 200, await response.text()
            sent.append(dict(await response.json()))
    return sent


def proposal(**settings: Any) -> bytes:
    return json.dumps({"version": 1, "settings": settings}).encode()


async def test_forms_are_filled_in_and_set_all_or_nothing(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    owner = playground.as_(demo.owner)
    async with bot(playground, tmp_path):
        panel = await opened(owner, demo.art, "limits")
        shown = await form(owner, panel, "limits")
        panel = await sent(owner, panel, shown, most_side="512", most_steps="30", quota="7")
        assert "Longest side: 512\nMost steps: 30\nMost pictures at once: no limit" in words(panel)
        shown = await form(owner, panel, "limits")
        assert values(shown) == {"most_side": "512", "most_steps": "30", "most_count": "", "quota": "7"}
        wrong = {"most_side": "513", "most_steps": "0", "most_count": "many @everyone", "quota": "-1"}
        for name, typed in wrong.items():
            used = await owner.submit(shown, **{"quota": "9", name: typed})
            told = await used.message(lambda one: "Nothing was changed" in one["content"])
            assert told["only_you"]
            assert typed.split("@")[0].strip() in told["content"]
            back = await used.message(lambda one: bool(one["embeds"]))
            assert typed in back["embeds"][0]["description"]
            shown = await form(owner, panel, "limits")
            assert values(shown)["quota"] == "7"
        panel = await sent(owner, panel, shown, most_steps="")
        assert "Most steps: no limit" in words(panel)
        # A role's numbers.
        used = await owner.select(panel, custom_id(panel, "settings_pick:role"), role(demo))
        shown = await used.form()
        assert shown["title"] == "Role Artist"
        panel = await sent(owner, panel, shown, role_weights="2,5", role_quotas="50")
        assert f"<@&{role(demo).id}> 50" in words(panel)
        assert f"<@&{role(demo).id}> 2.5" in words(panel)
    async with bot(playground, tmp_path):
        # What was opened before the restart works after it.
        used = await owner.select(panel, custom_id(panel, "settings_pick:role"), role(demo))
        shown = await used.form()
        assert values(shown) == {"role_weights": "2.5", "role_quotas": "50"}
        panel = await sent(owner, panel, shown, role_weights="", role_quotas="60")
        panel = await (await owner.select(panel, "settings_section", "defaults")).update()
        shown = await form(owner, panel, "defaults")
        fields = {"default_style": "SKS", "default_guidance": "7.5", "default_negative": "`@everyone` ||x||\u202e"}
        panel = await sent(owner, panel, shown, default_aspect=["3:2"], **fields)
        assert "Style: sks\nShape: 3:2\nSteps: not set\nGuidance: 7.5\n" in words(panel)
        assert "\\`\\@everyone\\` \\|\\|x\\|\\|" in words(panel)
        panel = await press(owner, panel, "spoiler_on")
        for typed, why in (("no such", "no such"), ("a" * 100, "a" * 39)):
            used = await owner.submit(await form(owner, panel, "defaults"), default_style=typed)
            assert why in (await used.message(lambda one: "style" in one["content"].lower()))["content"]
        done = await (await playground.as_(demo.member).run(demo.art, "paint", prompt="cat")).message(pictures)
        assert "SPOILER_" in done["attachments"][0]["filename"]
    assert settings_of(tmp_path, demo.guild.id) == {
        "most_side": 512,
        "quota": 7,
        "role_quotas": {str(role(demo).id): 60},
        "default_style": "sks",
        "default_aspect": "3:2",
        "default_guidance": 7.5,
        "default_negative": "`@everyone` ||x||\u202e",
        "spoiler": True,
    }
    assert await refused(playground) == []


def values(shown: Json) -> Json:
    """What a form is filled in with."""
    fields = [one["component"] for one in shown["components"]]
    return {one["custom_id"]: one.get("value") or "" for one in fields if one["type"] == 4}


async def test_blocked_words_are_written_in_a_form_and_hold_everywhere(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    owner, member = playground.as_(demo.owner), playground.as_(demo.member)
    many = [f"w{number:03}x" for number in range(498)]
    async with bot(playground, tmp_path):
        done = await (await member.run(demo.art, "paint", prompt="a boom", style="sks")).message(pictures)
        panel = await opened(owner, demo.art, "content")
        shown = await form(owner, panel, "words")
        panel = await sent(owner, panel, shown, blocked_words_1="\n".join(["Boom", "boom, @everyone", *many]))
        assert "Blocked words: Boom, \\@everyone, w000x" in words(panel)
        shown = await form(owner, panel, "words")
        assert len(values(shown)) == 2
        assert "\n".join(values(shown).values()).split("\n") == ["Boom", "@everyone", *many]
        for typed, why in (
            ("!!!", "has neither letters nor digits"),
            ("a" * 51, "is longer than 50 characters"),
            ("\n".join(f"o{number}" for number in range(300)), "Those are"),
        ):
            shown = await form(owner, panel, "words")
            used = await owner.submit(shown, blocked_words_1=typed + "\n" + values(shown)["blocked_words_1"][:2_400])
            told = await used.message(lambda one: "Nothing was changed" in one["content"])
            assert why in told["content"]
            back = await used.message(lambda one: bool(one["attachments"] or one["embeds"]))
            files = [(await playground.download(one["url"])).decode() for one in back["attachments"]]
            assert typed in "".join([*files, *(one["description"] for one in back["embeds"])])
        refusal = "This server does not want Boom painted."
        for prompt in ("a b o o m", "BÖOM!", "the bооm of it"):
            told = await (await member.run(demo.art, "paint", prompt=prompt)).message()
            assert (told["content"], told["only_you"]) == (refusal, True)
        await (await member.run(demo.art, "paint", prompt="a boomer", negative="boom")).message(pictures)
        for button in ("Vary", "Again", "Upscale"):
            told = await (await member.click(done, button)).message()
            assert (told["content"], told["only_you"]) == (refusal, True)
        edited = await (await member.click(done, "Edit")).form()
        told = await (await member.submit(edited, prompt="a cat, b.o.o.m")).message(lambda one: not one["embeds"])
        assert told["content"] == refusal
        other = await playground.post("channel", guild=str(demo.other.id), name="art", type=0)
        elsewhere = type("Place", (), {"id": int(other["id"])})()
        await (await member.run(elsewhere, "paint", prompt="a boom")).message(pictures)
    assert await refused(playground) == []


async def test_two_admins_do_not_undo_each_other(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    owner, moderator = playground.as_(demo.owner), playground.as_(demo.moderator)
    async with bot(playground, tmp_path):
        first, second = await opened(owner, demo.art), await opened(moderator, demo.art)
        await pick(moderator, second, "channels", demo.general)
        stale = await pick(owner, first, "channels", demo.art)
        assert "Somebody has changed that meanwhile" in words(stale)
        assert f"Paint in: <#{demo.general.id}>" in words(stale)
        limits = [
            await (await person.select(shown, "settings_section", "limits")).update()
            for person, shown in ((owner, first), (moderator, second))
        ]
        mine, theirs = await form(owner, limits[0], "limits"), await form(moderator, limits[1], "limits")
        late = await form(owner, limits[0], "limits")
        await sent(moderator, limits[1], theirs, most_steps="40", quota="5")
        # What the other has not touched is set, also out of the same form.
        await sent(owner, limits[0], mine, most_side="512")
        told = await (await owner.submit(late, most_steps="20")).message(lambda one: "meanwhile" in one["content"])
        assert told["only_you"]
        # All at once.
        acts = [press(owner, await opened(owner, demo.art, "defaults"), "spoiler_on")]
        acts += [press(moderator, await opened(moderator, demo.art, "content"), "adult_off")]
        await asyncio.gather(*acts)
    assert settings_of(tmp_path, demo.guild.id) == {
        "channels": [str(demo.general.id)],
        "most_side": 512,
        "most_steps": 40,
        "quota": 5,
        "adult": False,
        "spoiler": True,
    }
    assert await refused(playground) == []


# The file


async def asked(person: Person, channel: Any, data: bytes, name: str = "settings.json") -> Json:
    return await (await person.run(channel, "settings import", file=(name, data))).message()


async def test_a_file_brings_back_what_was_exported(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    owner = playground.as_(demo.owner)
    async with bot(playground, tmp_path):
        panel = await opened(owner, demo.art)
        await pick(owner, panel, "channels", demo.art)
        exported = await (await owner.run(demo.art, "settings export")).message()
        assert exported["only_you"]
        data = await playground.download(exported["attachments"][0]["url"])
        assert json.loads(data)["settings"]["channels"] == [str(demo.art.id)]
        before = settings_of(tmp_path, demo.guild.id)
        assert "is set so already" in (await asked(owner, demo.art, data))["content"]
        await press(owner, await opened(owner, demo.art, "defaults"), "spoiler_on")
        question = await asked(owner, demo.art, data)
        assert question["only_you"]
        assert question["embeds"][0]["description"] == "Pictures as spoilers: yes → no"
        kept_ = await (await owner.click(question, "Keep as it is")).update()
        assert (kept_["content"], kept_["components"]) == ("Nothing was changed.", [])
        assert settings_of(tmp_path, demo.guild.id) == {**before, "spoiler": True}
        question = await asked(owner, demo.art, data)
    async with bot(playground, tmp_path):
        done = await (await owner.click(question, "Apply")).update(lambda one: not one["components"])
        assert done["content"] == "✓ Saved."
        assert settings_of(tmp_path, demo.guild.id) == before
        first, second = await asked(owner, demo.art, proposal(quota=5)), await asked(owner, demo.art, proposal(quota=6))
        await (await owner.click(first, "Apply")).update(lambda one: not one["components"])
        again = await (await owner.click(second, "Apply")).update(lambda one: "meanwhile" in one["content"])
        assert again["embeds"][0]["description"] == "Pictures in 24 hours: 5 → 6"
        assert settings_of(tmp_path, demo.guild.id)["quota"] == 5
        await (await owner.click(again, "Apply")).update(lambda one: not one["components"])
        assert settings_of(tmp_path, demo.guild.id) == {**before, "quota": 6}
        trail = await (await owner.run(demo.art, "settings log")).message()
        assert "changed the settings from a file:\nPictures in 24 hours: 5 → 6" in trail["embeds"][0]["description"]
    assert await refused(playground) == []


HOSTILE: dict[str, bytes] = {
    "That is no file of settings": b"x" * 200_000,
    "That file is larger than 256 KiB": b"[" * 2**20,
    "no file of settings: it": b"[" * 100_000,
    "no file of settings": b'{"version": 1, "settings": {"default_guidance": NaN}}',
    "no file": b'{"version": 1, "settings": {"quota": ' + b"9" * 5_000 + b"}}",
    "is no file": b"\xff\xfe\x00",
    "must be the JSON": b'{"version": 1, "settings": [1]}',
    "version 2, and I read version 1": b'{"version": 2, "settings": {}}',
    "version True": b'{"version": true, "settings": {}}',
    "\\@everyone": b'{"version": 1, "settings": {"@everyone": 1}}',
    "which is no setting": json.dumps({"version": 1, "settings": {"\u202e" * 5_000: 1}}).encode(),
    "“Pictures in 24 hours” cannot be so": proposal(quota="5"),
    "a list of at most 25 ids": proposal(channels=list(range(1, 30))),
    "“Paint in” cannot": proposal(channels={"a": 1}),
    "“Paint for” cannot": proposal(roles=["x" * 5_000]),
    "“Log channel” cannot": proposal(log_channel={}),
    "“Weight in line, by role” cannot": proposal(role_weights={"1": []}),
    "“Blocked words” cannot": proposal(blocked_words=["!!!"]),
    "“Blocked words”": proposal(blocked_words=[["a"]]),
    "“Style” cannot": proposal(default_style="a" * 200),
    "“What not to paint” cannot": proposal(default_negative=["a"]),
    "“Public language” cannot": proposal(language="xx"),
    "“Age-restricted styles” cannot": proposal(adult="yes"),
    "“Hidden styles” cannot": proposal(hidden_styles=[1]),
}


async def test_no_file_is_too_hostile(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    owner = playground.as_(demo.owner)
    async with bot(playground, tmp_path):
        for why, data in HOSTILE.items():
            told = await asked(owner, demo.art, data)
            assert why in told["content"], data[:80]
            assert told["only_you"]
            assert told["components"] == []
            assert len(told["content"]) <= 500
        # What is not of this server is left out, and clears nothing.
        strangers = proposal(
            channels=[str(demo.art.id), "7"],
            roles=["8", "9"],
            role_quotas={"10": 5},
            log_channel=str(demo.silent.id),
            default_style="no such style",
            hidden_styles=["NEON"],
            blocked_words=["a\u200bb", "@everyone **x**"],
        )
        question = await asked(owner, demo.art, strangers)
        assert "4 channels and roles of the file are not of this server" in question["content"]
        assert "I may not write there" in question["content"]
        assert "The usual style of the file is left out" in question["content"]
        await (await owner.click(question, "Apply")).update(lambda one: not one["components"])
        told = await asked(owner, demo.art, proposal(log_channel="7"))
        assert "1 channel or role of the file is not of this server" in told["content"]
        # Somebody may make up what they press.
        made_up = await public(playground, [await opened(owner, demo.art)])
        assert made_up
        client = owner._client
        button = {"type": 2, "style": 1, "label": "Apply", "custom_id": "settings_apply:000000"}
        body = {"content": "?", "components": [{"type": 1, "components": [button]}]}
        address = f"{playground.api}/channels/{demo.art.id}/messages"
        async with client.session.post(
            address, json=body, headers={"Authorization": f"Bot {playground.token}"}
        ) as response:
            message = dict(await response.json())
        told = await (await owner.click(message, "Apply")).message()
        assert "Please send the file again" in told["content"]
    assert settings_of(tmp_path, demo.guild.id) == {
        "channels": [str(demo.art.id)],
        "hidden_styles": ["neon"],
        "blocked_words": ["ab", "@everyone **x**"],
    }
    assert await refused(playground) == []


async def test_what_is_deleted_is_shown_so_and_cleared(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    owner = playground.as_(demo.owner)
    async with bot(playground, tmp_path):
        await asked(owner, demo.art, proposal(quota=5))
    told = ServerSettings(
        channels=(demo.art.id, 7), roles=(8,), style_roles=(role(demo).id,), log_channel=9,
        role_quotas={10: 5, role(demo).id: 6}, hidden_styles=("neon", "woodcut"),
    )  # fmt: skip
    with closing(sqlite3.connect(tmp_path / "data" / "bot.sqlite")) as file, file:
        file.execute("INSERT INTO servers VALUES (?, ?, 0)", (demo.guild.id, json.dumps(told.to_json())))
    async with bot(playground, tmp_path):
        panel = await opened(owner, demo.art)
        assert f"Paint in: <#{demo.art.id}>, 1 deleted since\nLog channel: 1 deleted since" in words(panel)
        assert "Paint for: 1 deleted since" in words(panel)
        assert "All roles that were set are deleted" in words(panel)
        panel = await press(owner, panel, "clear_gone")
        assert "deleted" not in words(panel).partition("✓")[0]
        panel = await (await owner.select(panel, "settings_section", "content")).update()
        offered = await owner.complete(demo.art, "paint", "style", prompt="x")
        assert [one["value"] for one in offered] == ["sks"]
        panel = await pick(owner, panel, "hidden_styles", "woodcut")
        assert "Hidden styles: neon" in words(panel)
        assert len(await owner.complete(demo.art, "paint", "style", prompt="x")) == 2
    assert settings_of(tmp_path, demo.guild.id) == {
        "channels": [str(demo.art.id)],
        "style_roles": [str(role(demo).id)],
        "role_quotas": {str(role(demo).id): 6},
        "hidden_styles": ["neon"],
    }
    assert await refused(playground) == []
