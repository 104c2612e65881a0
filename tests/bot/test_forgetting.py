"""What is kept about members and servers: all of it is known, handed out, and forgotten."""

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from bot.store import database as database_module
from bot.store.agenda import AgendaStore
from bot.store.database import opened
from bot.store.member_data import NOBODYS, PARTS, MemberData
from bot.store.outbox import Outbox
from bot.store.styles_used import StylesUsed
from bot.sweeping import NEW_SECONDS, sweep
from playground.testing import Person, Playground
from tests.bot.acting import bot, buttons, pictures, refused
from tests.bot.kept import letter
from tests.bot.kept_rows import Life, files, fill, kept, rows, tables, with_marks
from tests.bot.watching import until

MINE = Life(777_000_000_000_000_001, 666_000_000_000_000_001, "a" * 16, "a secret garden")
THEIRS = Life(777_000_000_000_000_002, 666_000_000_000_000_002, "b" * 16, "a public bench")


async def made(path: Path) -> None:
    async with opened(path):
        pass


async def test_every_table_is_known_to_export_and_to_forget(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite"
    await made(path)
    parts = {part.table: part for part in PARTS}
    assert set(parts) | set(NOBODYS) == set(tables(path)), "name the new table in bot/store/member_data.py"
    for table, columns in tables(path).items():
        names = {name for name, _ in columns}
        if names & {"user_id", "job_id"}:
            assert parts[table].member, f"say in PARTS which rows of {table} are a member's"
        if "guild_id" in names:
            assert parts[table].server.startswith("guild_id = ?1"), f"say in PARTS which rows of {table} are a server's"
        elif "job_id" in names:
            assert parts[table].server, f"say in PARTS which rows of {table} are a server's"


async def test_a_member_is_handed_every_row_about_them_and_no_token_or_other_member(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite"
    await made(path)
    for life in (MINE, THEIRS):
        fill(path, life)
    async with opened(path) as database:
        told = await MemberData(database).of_member(MINE.user)
    assert {table: len(found) for table, found in told.items()} == {part.table: 1 for part in PARTS if part.member}
    text = json.dumps(told)
    assert MINE.words in text
    for hidden in (*THEIRS.marks(), "a-secret-token", str(MINE.moderator)):
        assert hidden not in text
    assert told["jobs"][0]["request"] == {"prompt": MINE.words}
    assert told["jobs"][0]["created_at"] == "1970-01-01T00:00:01+00:00"


async def test_of_a_forgotten_member_nothing_is_left_and_of_others_everything(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite"
    await made(path)
    fill(path, THEIRS)
    before = rows(path)
    fill(path, MINE)
    servers = {part.table: rows(path)[part.table] for part in PARTS if not part.member}
    async with opened(path) as database:
        assert await MemberData(database).forget(MINE.user) == 0
        assert list(with_marks(path, str(MINE.user), MINE.job)) == []
        own = {table: found for table, found in rows(path).items() if table not in NOBODYS}
        assert own == {table: found for table, found in before.items() if table not in NOBODYS} | servers


async def test_what_is_forgotten_cannot_be_read_out_of_the_files_any_more(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite"
    await made(path)

    def read() -> bytes:
        return b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())

    async with opened(path) as database:
        async with database.writing() as connection:
            for number in range(200):
                values = (MINE.user, f"{MINE.words} {number}", 1.0)
                await connection.execute("INSERT INTO styles_used (user_id, style, used_at) VALUES (?, ?, ?)", values)
        assert MINE.words.encode() in read()
        await MemberData(database).forget(MINE.user)
        assert MINE.words.encode() not in read()


async def test_what_was_delivered_before_cannot_be_read_out_of_the_files_either(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite"
    async with opened(path) as database:
        outbox = Outbox(database)
        for number in range(50):
            told = letter(f"result:{number}", MINE.job, content=f"{MINE.words} {number}")
            await outbox.add(told)
            await outbox.sent(told)
        await MemberData(database).forget(MINE.user)
        assert MINE.words.encode() not in b"".join(found.read_bytes() for found in files_in(tmp_path))


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file()]


async def test_forgotten_while_a_backup_is_made_it_is_taken_out_of_the_files_once_that_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "_EMPTYING_MILLISECONDS", 1)
    path = tmp_path / "bot.sqlite"
    async with opened(path) as database:
        data, agenda = MemberData(database), AgendaStore(database)
        await StylesUsed(database).used(MINE.user, MINE.words, 1.0)
        with closing(sqlite3.connect(path, isolation_level=None)) as copying:
            copying.execute("BEGIN")
            copying.execute("SELECT * FROM styles_used").fetchall()
            assert await data.forget(MINE.user) == 0
        assert await StylesUsed(database).of(MINE.user) == []
        assert await agenda.get("forget", str(MINE.user)) is not None
        await data.forget(MINE.user)
        assert await agenda.get("forget", str(MINE.user)) is None
        assert MINE.words.encode() not in b"".join(found.read_bytes() for found in files_in(tmp_path))


async def test_a_block_that_holds_stays_without_who_made_it_when_they_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite"
    await made(path)
    fill(path, MINE)
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE blocks SET until = NULL")
    async with opened(path) as database:
        data = MemberData(database)
        assert await data.forget(MINE.user) == 1
        assert await data.forget(MINE.moderator) == 0
    assert list(with_marks(path, str(MINE.user))) == ["blocks"]
    assert list(with_marks(path, str(MINE.moderator))) == []


async def test_of_a_purged_server_nothing_is_left_but_what_its_members_have_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite"
    await made(path)
    fill(path, THEIRS)
    before = rows(path)
    fill(path, MINE)
    own_app = Life(MINE.user + 10, MINE.guild, "c" * 16, "brought along")
    fill(path, own_app)
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE jobs SET by_bot = 0 WHERE id = ?", (own_app.job,))
    async with opened(path) as database:
        data = MemberData(database)
        assert await data.servers() == {MINE.guild, THEIRS.guild}
        await data.purge(MINE.guild)
        assert await data.servers() == {THEIRS.guild}
    assert set(with_marks(path, MINE.job)) == set()
    assert set(with_marks(path, str(MINE.user))) == {"preferences", "styles_used", "blends"}
    assert {"jobs", "pictures"} <= set(with_marks(path, own_app.job))
    assert all(set(found) <= set(rows(path)[table]) for table, found in before.items())


async def test_files_that_nothing_leads_to_are_swept_and_no_others(tmp_path: Path) -> None:
    path, folder, now = tmp_path / "bot.sqlite", tmp_path / "pictures", time.time()
    await made(path)
    for life in (MINE, THEIRS):
        fill(path, life)
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE pictures SET bytes = 0 WHERE job_id = ?", (THEIRS.job,))
    for name in (f"{MINE.job}-0", f"{MINE.job}-1", f"{THEIRS.job}-0", "c" * 16 + "-1"):
        (folder / name[:2]).mkdir(parents=True, exist_ok=True)
        (folder / name[:2] / f"{name}.png").write_bytes(b"x")
    async with opened(path) as database:
        assert await sweep(MemberData(database), folder, now, days=30) == 0, "all of them are new"
        assert await sweep(MemberData(database), folder, now + 2 * NEW_SECONDS, days=30) == 2
    assert {file.stem for file in folder.glob("*/*")} == {f"{MINE.job}-0", f"{MINE.job}-1"}


async def asked(person: Person, channel: object) -> dict[str, object]:
    return await (await person.run(channel, "prefs forget")).message()  # type: ignore[arg-type]


async def test_forgetting_is_asked_about_first_and_then_takes_everything(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    member, newcomer = map(playground.as_, (demo.member, demo.newcomer))
    async with bot(playground, tmp_path):
        done = await (await member.run(demo.art, "paint", prompt="my garden", style="sks")).message(pictures)
        other = await (await newcomer.run(demo.art, "paint", prompt="my bench", style="sks")).message(pictures)
        await (await member.run(demo.art, "prefs set", negative="weeds")).message()
        question = await asked(member, demo.art)
        assert question["only_you"]
        assert "1 request and 1 picture." in str(question["content"])
        assert buttons(question) == ["Forget everything", "Keep it"]
        untouched = await (await member.click(question, "Keep it")).update()
        assert (untouched["content"], untouched["components"]) == ("Nothing was deleted.", [])
        question = await asked(member, demo.art)
    async with bot(playground, tmp_path):
        used = await member.click(question, "Forget everything")
        told = await used.update(lambda message: message["content"].startswith("Done"))
        assert told["content"] == "Done, all of it is deleted: 1 request, 1 picture."
        assert list(with_marks(tmp_path / "data" / "bot.sqlite", str(demo.member.id), "my garden", "weeds")) == []
        assert len(files(tmp_path)) == 1
        gone = await (await member.click(done, "Again")).message()
        assert (gone["content"], gone["only_you"]) == ("This picture is not known here any more.", True)
        assert pictures(await (await newcomer.click(other, "Again")).message(pictures))
    assert await refused(playground) == []


async def test_what_waits_and_what_is_being_painted_is_cancelled(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    told = {"member_jobs": 50, "seconds": {"bot.forgetting.TELL_SECONDS": 20.0}}
    async with bot(playground, tmp_path, told, pause=3.0):
        all_of_them = [await member.run(demo.art, "paint", prompt="cat") for _ in range(12)]
        await all_of_them[0].message(lambda message: "▱" in message["content"])
        assert "in line" in (await all_of_them[-1].message())["content"]
        question = await asked(member, demo.art)
        used = await member.click(question, "Forget everything")
        for one in all_of_them:
            assert (await one.message(lambda m: m["content"] == "Cancelled."))["components"] == []
        assert "12 requests" in (await used.update(lambda m: m["content"].startswith("Done")))["content"]
        assert kept(tmp_path, "SELECT 1 FROM jobs UNION ALL SELECT 1 FROM outbox UNION ALL SELECT 1 FROM agenda "
                              "WHERE kind = 'forget'") == []  # fmt: skip
        assert files(tmp_path) == []


async def test_nobody_presses_anybody_elses_button(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    member, newcomer = map(playground.as_, (demo.member, demo.newcomer))
    async with bot(playground, tmp_path):
        await (await member.run(demo.art, "prefs set", steps=5)).message()
        question = await asked(member, demo.art)
        shown = await public(playground, question)
        for button in buttons(question):
            told = await (await newcomer.click(shown, button)).message()
            assert (told["content"], told["only_you"]) == ("That question was for somebody else.", True)
        assert kept(tmp_path, "SELECT user_id, steps FROM preferences") == [(demo.member.id, 5)]


async def public(playground: Playground, message: dict[str, object]) -> dict[str, object]:
    """The same, as if the bot had sent it for everybody to see."""
    client = playground.as_(playground.demo.owner)._client
    body = {"content": "?", "components": message["components"]}
    address = f"{playground.api}/channels/{playground.demo.art.id}/messages"
    headers = {"Authorization": f"Bot {playground.token}"}
    async with client.session.post(address, json=body, headers=headers) as response:
        assert response.status == 200, await response.text()
        return dict(await response.json())


async def test_what_a_crash_left_half_forgotten_is_finished(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        await (await playground.as_(demo.member).run(demo.art, "paint", prompt="cat")).message(pictures)
    with closing(sqlite3.connect(tmp_path / "data" / "bot.sqlite")) as file, file:
        file.execute("INSERT INTO agenda (kind, key, at) VALUES ('forget', ?, 0)", (str(demo.member.id),))
    async with bot(playground, tmp_path):
        await until(lambda: not list(with_marks(tmp_path / "data" / "bot.sqlite", str(demo.member.id))))
        assert files(tmp_path) == []
