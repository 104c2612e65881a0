"""Adapters are added from inside Discord: fetched, looked into, tried, and then a draft with a panel."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from playground.testing import Person, Playground
from tests.adapters.files import safetensors, tiny_adapter
from tests.adapters.sources.answers import civitai_file, civitai_model, civitai_version
from tests.adapters.sources.internet import Reply, Shelf
from tests.adapters.whole_files import lora_file
from tests.bot.acting import bot, buttons, pictures, refused
from tests.bot.adding import (
    SAID,
    added,
    clicked,
    filled_in,
    hosts,
    ink,
    is_panel,
    kept,
    not_added,
    told,
    trail,
    words_of,
)

SOON = {"bot.adding.telling.EDIT_SECONDS": 1.0}
QUICK: dict[str, Any] = {"seconds": SOON}
LINK, PAGE = "https://files.example.org/ink.safetensors", "files.example.org/ink.safetensors"
PICKLE = b"\x80\x04\x95" + bytes(200)
HUGE_HEADER = (2**62).to_bytes(8, "little") + b"{}" + bytes(100)


async def offered(person: Person, channel: Any, command: str = "paint", typed: str = "") -> list[str]:
    return [str(one["value"]) for one in await person.complete(channel, command, "style", style=typed)]


async def test_a_link_becomes_a_draft_and_then_a_style_that_members_paint_in(
    playground: Playground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo, owner, member = playground.demo, playground.as_(playground.demo.owner), playground.as_(playground.demo.member)
    async with hosts(tmp_path, monkeypatch) as internet, bot(playground, tmp_path, QUICK):
        internet.pages[PAGE] = Shelf(ink())
        panel = await added(owner, demo.art, link=LINK)
        assert panel["only_you"]
        words = words_of(panel)
        for said in ("A draft", "in ink style", "Ada", "LoRA (36)", "50%", LINK):
            assert said in words
        assert "card.png" in panel["embeds"][0]["image"]["url"]
        assert buttons(panel) == ["Details", "Activate", "Paint anew", "Discard"]
        assert "ink" not in await offered(member, demo.art)

        fields = {"name": "Ink", "trigger": "inked", "weight": "0,8", "credit": "Ada — CC BY 4.0", "tags": "a, B,A"}
        panel = await filled_in(owner, panel, **fields)
        for said in ("Trigger: inked", "Weight: 0.8", "Credit: Ada", "Licence: CC BY 4.0", "Tags: a, B"):
            assert said in words_of(panel)
        panel = await clicked(owner, panel, "Activate", "Active")
        assert "Ink" in await offered(member, demo.art)
        picture = await (await member.run(demo.art, "paint", prompt="a cat", style="ink")).message(pictures)
        assert "Ink" in words_of(picture)
        await clicked(owner, panel, "Switch off", "Switched off")
        assert "Ink" not in await offered(member, demo.art)

        # The same file once more is said, also to the other admin; nothing is left of the try.
        assert "as Ink" in await not_added(playground.as_(demo.moderator), demo.art, link=LINK)
        assert list((tmp_path / "data" / "adapters" / "drafts").iterdir()) == []
        kinds = ("adapter_added", "adapter_edited", "adapter_activated", "adapter_disabled")
        assert trail(tmp_path, demo.guild) == [(kind, owner.id) for kind in kinds]
        assert await refused(playground) == []


async def test_an_attachment_and_a_page_of_civitai_become_drafts(
    playground: Playground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo, admin = playground.demo, playground.as_(playground.demo.moderator)
    async with hosts(tmp_path, monkeypatch) as internet, bot(playground, tmp_path, QUICK):
        panel = await added(admin, demo.art, file=("ink v2.safetensors", ink(1)))
        assert panel["embeds"][0]["title"] == "ink-by-hand"
        other = await added(admin, demo.art, file=("ink v3.safetensors", ink(2)))
        assert other["embeds"][0]["title"] == "ink-by-hand-2"
        await clicked(admin, other, "Discard", "discarded")
        assert [one.style.name for one in kept(tmp_path)] == ["ink-by-hand"]

        data = ink(3)
        file = civitai_file(sizeKB=len(data) / 1024, hashes={"SHA256": hashlib.sha256(data).hexdigest()})
        version = civitai_version(22, file, nsfwLevel=16)
        internet.pages["civitai.com/api/v1/models/7"] = Reply.json(civitai_model(version, nsfw=True))
        internet.pages["civitai.com/api/download/models/22"] = Shelf(data)
        panel = await added(admin, demo.art, link="https://civitai.com/models/7")
        words = words_of(panel)
        for said in (
            "ink-woodcut-v22",
            "Age-restricted",
            "carver",
            "credit needed",
            "SDXL 1.0",
            "civitai.com/models/7",
        ):
            assert said in words
        assert "image" not in panel["embeds"][0], "it is shown where that is allowed alone"
        # What else may wake it is named where the trigger is filled in.
        form = await (await admin.click(panel, "Details")).form()
        trigger = next(one for one in form["components"] if one["component"]["custom_id"] == "trigger")
        assert trigger["component"]["value"] == "in ink style"
        assert "woodcut" in trigger["description"]
        assert len(form["components"]) == 5

        panel = await (await admin.select(panel, "Who it is for", "For everyone")).update(is_panel)
        assert "image" in panel["embeds"][0]
        assert await refused(playground) == []


async def test_files_that_are_no_style_are_refused_with_the_reason_and_leave_nothing(
    playground: Playground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo, admin, russian = playground.demo, playground.as_(playground.demo.owner), playground.demo.russian
    async with hosts(tmp_path, monkeypatch) as internet, bot(playground, tmp_path, QUICK, moves=0.0):
        one_of = "either `link` or `file`"
        assert one_of in await told(admin, demo.art, "adapter add")
        assert one_of in await told(admin, demo.art, "adapter add", link=LINK, file=("a.safetensors", ink()))
        assert "not a .safetensors file" in await told(admin, demo.art, "adapter add", file=("a.ckpt", PICKLE))
        hostile = {
            "pickle": PICKLE,
            "huge header": HUGE_HEADER,
            "no json": safetensors(b"{not json"),
            "another base": tiny_adapter(1),
            "no change": ink(),
        }
        for name, data in hostile.items():
            said = await not_added(admin, demo.art, file=("a.safetensors", data))
            assert said.startswith("Nothing was added. "), name
            assert len(said) > 40, name
        assert "changes the picture by" in said
        internet.pages[PAGE] = Reply(b"<html>log in</html>", headers={"Content-Type": "text/html"})
        assert "instead of a .safetensors file" in await not_added(admin, demo.art, link=LINK)
        assert "Nothing was added" in await not_added(admin, demo.art, link="http://169.254.169.254/latest")
        assert "Nothing was added" in await not_added(admin, demo.art, link="@everyone **x** " + "\u202e" * 400)
        assert kept(tmp_path) == []
        assert [one for one in (tmp_path / "data" / "adapters" / "drafts").iterdir() if one.stat().st_size] == []

        # In the language of whoever asks, and for those who may alone.
        assert "может управлять сервером" in await told(playground.as_(russian), demo.art, "adapter add", link=LINK)
        moderators = next(role for role in demo.guild.roles.values() if role.name == "Moderator")
        demo.guild.members[russian.id].roles.add(moderators.id)
        said = await not_added(playground.as_(russian), demo.art, file=("a.safetensors", PICKLE))
        assert said == "Ничего не добавлено. Этот файл адаптера не подходит: это не файл .safetensors."
        assert "changes" not in await not_added(playground.as_(russian), demo.art, file=("a.safetensors", ink(9)))
        assert await refused(playground) == []


async def test_what_was_begun_goes_on_after_the_bot_was_killed(
    playground: Playground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo, admin = playground.demo, playground.as_(playground.demo.owner)
    data = lora_file("pocket", rank=128, metadata=SAID)
    shelf = Shelf(data, stops=[len(data) - 100])
    shelf.hold = True
    async with hosts(tmp_path, monkeypatch) as internet:
        internet.pages[PAGE] = shelf
        async with bot(playground, tmp_path, QUICK) as running:
            used = await admin.run(demo.art, "adapter add", link=LINK)
            await used.message(lambda one: "Fetching" in one["content"])
            await running.kill()
        async with bot(playground, tmp_path, QUICK):
            panel = await used.message(is_panel)
            assert "ink" in words_of(panel)
            assert [one.headers.get("range") for one in internet.asked][-1] is not None, "what was there is not fetched"
        # As a draft it waits for as long as it likes, and the old panel works.
        async with bot(playground, tmp_path, QUICK):
            listed = await (await admin.run(demo.art, "adapter list")).message()
            assert "📝 **ink**" in words_of(listed)
            opened = await (await admin.select(listed, "Open one", "ink")).message(is_panel)
            assert buttons(opened) == buttons(panel)
            await clicked(admin, panel, "Activate", "Active")
            assert "adapter_activated" in [kind for kind, _ in trail(tmp_path, demo.guild)]
            assert len(kept(tmp_path)) == 1
        # A bot that is killed may be gone before all of a request was there.
        assert [one for one in await refused(playground) if "was gone" not in one["refused"]] == []


async def test_whoever_asked_is_told_in_person_once_the_answer_cannot_be_edited_any_more(
    playground: Playground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo, admin = playground.demo, playground.as_(playground.demo.owner)
    brief = {"seconds": SOON | {"bot.jobs.TOKEN_SECONDS": 0.0}}
    async with bot(playground, tmp_path, brief):
        await admin.open()
        await admin.run(demo.art, "adapter add", file=("ink.safetensors", ink()))
        ready = await admin.event("MESSAGE_CREATE", lambda one: "is a draft now" in one["content"], seconds=15)
        assert "Ink & Pixel" in ready["content"]
        assert "ink-by-hand" in ready["content"]
        await admin.run(demo.art, "adapter add", file=("a.safetensors", PICKLE))
        await admin.event("MESSAGE_CREATE", lambda one: "Nothing was added" in one["content"], seconds=15)
        assert await refused(playground) == []


async def test_an_addition_can_be_stopped_and_a_server_has_few_at_once(
    playground: Playground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo, admin = playground.demo, playground.as_(playground.demo.owner)
    async with hosts(tmp_path, monkeypatch) as internet, bot(playground, tmp_path, QUICK):
        messages = []
        for name in ("a", "b", "c"):
            shelf = Shelf(ink(), stops=[50_000] * 9)
            shelf.hold = True
            internet.pages[f"files.example.org/{name}.safetensors"] = shelf
            link = f"https://files.example.org/{name}.safetensors"
            messages.append(await (await admin.run(demo.art, "adapter add", link=link)).message())
        assert "3 adapters" in await told(admin, demo.art, "adapter add", link=LINK)
        await admin.event("MESSAGE_UPDATE", lambda one: "Others are being added" in one["content"])
        assert "⏳ 3 more are on their way" in await told(admin, demo.art, "adapter list")
        # In another server that is nobody's business.
        moderator, elsewhere = playground.as_(demo.moderator), next(iter(demo.other.channels.values()))
        assert "There are none yet" in await told(moderator, elsewhere, "adapter list")
        stopped = await clicked(admin, messages.pop(), "Stop", "Stopped")
        assert buttons(stopped) == []
        assert "2 more" in await told(admin, demo.art, "adapter list")
        drafts = tmp_path / "data" / "adapters" / "drafts"
        for message in messages:
            await clicked(admin, message, "Stop", "Stopped")
        assert list(drafts.iterdir()) == [], "what was fetched does not fill the disk beside what a server may have"
        assert await refused(playground) == []


async def test_a_server_has_as_much_room_as_the_operator_gives_it(playground: Playground, tmp_path: Path) -> None:
    demo, admin = playground.demo, playground.as_(playground.demo.owner)
    async with bot(playground, tmp_path, QUICK | {"server_styles": 1}):
        await added(admin, demo.art, file=("a.safetensors", ink(1)))
        assert "1 is the most" in await not_added(admin, demo.art, file=("b.safetensors", ink(2)))
        assert "**1** of 1" in await told(admin, demo.art, "adapter quota")
        # Each server has its own.
        await added(
            playground.as_(demo.moderator), next(iter(demo.other.channels.values())), file=("b.safetensors", ink(2))
        )
    async with bot(playground, tmp_path, QUICK | {"server_adapters_mib": 0}):
        assert "0 MiB is the most" in await not_added(admin, demo.art, file=("b.safetensors", ink(2)))
    assert [one.owner for one in kept(tmp_path)] == [str(demo.guild.id), str(demo.other.id)]
    assert await refused(playground) == []


async def test_an_attachment_is_fetched_once_also_where_its_address_is_dead_after_a_restart(
    playground: Playground, tmp_path: Path
) -> None:
    demo, admin, held = playground.demo, playground.as_(playground.demo.owner), tmp_path / "held"
    held.touch()
    async with bot(playground, tmp_path, QUICK, hold=str(held)) as running:
        used = await admin.run(demo.art, "adapter add", file=("ink.safetensors", ink()))
        await used.message(lambda one: "Painting" in one["content"])
        await running.kill()
    with closing(sqlite3.connect(tmp_path / "data" / "bot.sqlite")) as database, database:
        assert database.execute("SELECT tries FROM additions").fetchall() == [(1,)]
        database.execute("UPDATE additions SET source = 'http://127.0.0.1:1/gone'")
    held.unlink()
    async with bot(playground, tmp_path, QUICK):
        panel = await used.message(is_panel)
        assert "ink-by-hand" in words_of(panel)
    assert list((tmp_path / "data" / "adapters" / "drafts").iterdir()) == []
    assert await refused(playground) == []


async def test_a_draft_whose_bot_was_killed_before_it_was_told_is_there_once(
    playground: Playground, tmp_path: Path
) -> None:
    """Kept, but without its pictures; and one over which the bot died again and again is given up."""
    demo, admin = playground.demo, playground.as_(playground.demo.owner)
    async with bot(playground, tmp_path, QUICK):
        await added(admin, demo.art, file=("ink.safetensors", ink()))
    (draft,) = kept(tmp_path)
    for path in (tmp_path / "data" / "adapters" / "previews").iterdir():
        path.unlink()
    columns = "id, guild_id, user_id, source, file_name, bytes, locale, nsfw, token, token_until, created_at, tries"
    common = (demo.guild.id, admin.id, "http://127.0.0.1:1/gone", "ink.safetensors", 9, "en", 0, "t", 0.0, 1.0)
    with closing(sqlite3.connect(tmp_path / "data" / "bot.sqlite")) as database, database:
        for id, tries in ((draft.facts["addition"], 1), ("f" * 16, 5)):
            marks = ", ".join("?" * 12)
            database.execute(f"INSERT OR REPLACE INTO additions ({columns}) VALUES ({marks})", (id, *common, tries))
    await admin.open()
    async with bot(playground, tmp_path, QUICK):
        await admin.event("MESSAGE_CREATE", lambda one: "is a draft now" in one["content"], seconds=15)
        await admin.event("MESSAGE_CREATE", lambda one: "several times in the middle" in one["content"], seconds=15)
    assert [one.id for one in kept(tmp_path)] == [draft.id]
    assert len(list((tmp_path / "data" / "adapters" / "previews").iterdir())) == 3
    assert await refused(playground) == []


async def test_an_adapter_that_kills_the_engine_is_not_taken(playground: Playground, tmp_path: Path) -> None:
    demo, admin, member = playground.demo, playground.as_(playground.demo.owner), playground.as_(playground.demo.member)
    async with bot(playground, tmp_path, QUICK, dies_for="astronaut"):
        said = await not_added(admin, demo.art, file=("ink.safetensors", ink()))
        assert "engine" in said.lower() or "connection" in said.lower()
        assert kept(tmp_path) == []
        picture = await (await member.run(demo.art, "paint", prompt="a cat", style="sks")).message(pictures)
        assert "sks" in words_of(picture)
        assert await refused(playground) == []


async def test_what_is_stopped_while_it_is_painted_leaves_nothing(playground: Playground, tmp_path: Path) -> None:
    demo, admin, held = playground.demo, playground.as_(playground.demo.owner), tmp_path / "held"
    held.touch()
    async with bot(playground, tmp_path, QUICK, hold=str(held)):
        used = await admin.run(demo.art, "adapter add", file=("ink.safetensors", ink()))
        message = await used.message(lambda one: "Painting" in one["content"])
        await clicked(admin, message, "Stop", "Stopped")
        held.unlink()
        assert "There are none yet" in await told(admin, demo.art, "adapter list")
    assert kept(tmp_path) == []
    assert list((tmp_path / "data" / "adapters" / "drafts").iterdir()) == []
    assert await refused(playground) == []
