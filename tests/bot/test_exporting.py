"""The copy of everything that members can ask for."""

import io
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

from bot.exporting import Exporting
from bot.store.database import opened
from bot.store.member_data import MemberData
from bot.store.pictures import Pictures
from playground.testing import Playground
from tests.bot.acting import bot, pictures, refused
from tests.bot.kept_rows import Life, fill


async def test_the_copy_has_everything_and_the_pictures(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with bot(playground, tmp_path):
        await (await member.run(demo.art, "prefs set", negative="fog")).message()
        done = await (await member.run(demo.art, "paint", prompt="a cat", style="sks", count=2)).message(pictures)
        await (await member.click(done, "V1")).message(pictures)
        await (await playground.as_(demo.newcomer).run(demo.art, "paint", prompt="a dog")).message(pictures)
        export = await (await member.run(demo.art, "prefs export")).message()
        assert export["only_you"]
        assert export["content"].endswith("Your 4 pictures are in the archive beside it.")
        text = await playground.download(export["attachments"][0]["url"])
        data = json.loads(text)
        assert [job["request"]["prompt"] for job in data["jobs"]] == ["a cat", "a cat"]
        assert data["jobs"][0]["guild_id"] == str(demo.guild.id)
        assert data["styles_used"][0]["style"] == "sks"
        assert data["preferences"][0]["negative"] == "fog"
        assert "token" not in data["jobs"][0]
        assert b"a dog" not in text
        with zipfile.ZipFile(io.BytesIO(await playground.download(export["attachments"][1]["url"]))) as archive:
            assert len(archive.namelist()) == 4
            assert sum("painted-over" in name for name in archive.namelist()) == 1
            assert all(archive.read(name).startswith(b"\x89PNG") for name in archive.namelist())
    assert await refused(playground) == []


async def test_of_more_pictures_than_fit_the_newest_are_handed_out(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite"
    async with opened(path):
        pass
    lives = [Life(7, 6, f"{number:016x}", f"request {number}") for number in range(5)]
    fill(path, lives[0])
    with closing(sqlite3.connect(path)) as file, file:
        for number, life in enumerate(lives[1:], 1):
            names = [row[1] for row in file.execute("PRAGMA table_info(jobs)") if row[1] not in ("id", "created_at")]
            columns = ", ".join(names)
            file.execute(
                f"INSERT INTO jobs (id, created_at, {columns}) SELECT ?, ?, {columns} FROM jobs WHERE id = ?",
                (life.job, 100_000.0 * number, lives[0].job),
            )
            file.execute("INSERT INTO pictures SELECT ?, 1, 7, 1, 'x', '', 9, 1.0, 1.0", (life.job,))
    async with opened(path) as database:
        kept = Pictures(database, tmp_path / "pictures", quota=1, days=1)
        for life in lives[1:]:
            await kept.keep(life.job, 1, b"\x89PNG" + bytes(100_000))
        exporting = Exporting(MemberData(database), kept)
        made = await exporting.of(7, 300_000)
        assert (made.archived, made.pictures, made.data_name) == (2, 4, "styleseal-7.json")
        assert len(made.archive) + len(made.data) <= 300_000
        with zipfile.ZipFile(io.BytesIO(made.archive)) as archive:
            assert [lives[number].job in name for number, name in zip((4, 3), archive.namelist(), strict=True)]
        small = await exporting.of(7, 4_000)
        assert (small.archived, small.archive, small.data_name) == (0, b"", "styleseal-7.json.zip")
        with zipfile.ZipFile(io.BytesIO(small.data)) as archive:
            assert len(json.loads(archive.read("styleseal-7.json"))["jobs"]) == 5
