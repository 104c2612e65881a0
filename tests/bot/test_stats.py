"""`/stats`: what is counted, by the store and under which names, and the answer that members see."""

import hashlib
import io
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from adapters.library import EVERYONE, Library, Quota, State
from adapters.styles import Catalogue, Style
from bot.jobs import Variant
from bot.stats.chart import HEIGHT, WIDTH
from bot.stats.chart_process import ChartProcess
from bot.stats.counted import Scope, Stats, today
from bot.store.database import Database, opened
from bot.store.jobs import Jobs
from bot.store.stats import StatsStore, Totals
from bot.styles.by_place import Styles
from playground.testing import Person, Playground
from protocol.paint import AdapterUse
from tests.adapters.files import tiny_adapter, write_styles
from tests.bot.acting import bot, pictures, refused
from tests.bot.stats_rows import Done, put

GUILD, OTHER, ADA, JUN = 6, 7, 41, 42
Json = dict[str, Any]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path / "bot.sqlite") as database:
        yield database


def done(user_id: int = ADA, guild_id: int = GUILD, **fields: Any) -> Done:
    return Done(user_id=user_id, guild_id=guild_id, **fields)


UNCOUNTED = (
    done(guild_id=OTHER, style="sks"),
    done(style="sks", state="deleted"),
    done(style="sks", state="failed"),
    done(style="sks", state="painted"),
    done(style="sks", by_bot=False),
    done(style="sks", days=40),
)
"""Of another server, taken away, not delivered, painted with a bot that somebody brought along, and too old."""


# What is counted


async def test_totals_count_pictures_and_members_private_ones_too(database: Database, tmp_path: Path) -> None:
    store = StatsStore(database)
    since = (today() - 29) * 86_400.0
    assert await store.totals(GUILD, since) == Totals(0, 0, 0.0)
    put(tmp_path / "bot.sqlite", [done(pictures=4, wait=2.0), done(JUN, private=True, wait=9.0), done(wait=30.0)])
    put(tmp_path / "bot.sqlite", UNCOUNTED)
    totals = await store.totals(GUILD, since)
    assert (totals.pictures, totals.artists) == (6, 2)
    assert totals.wait == pytest.approx(9.0, abs=0.01)
    assert (await store.totals(OTHER, since)).pictures == 1
    assert (await store.totals(GUILD, 0.0)).pictures == 7


async def test_days_and_waits_are_those_on_which_it_was_asked_for(database: Database, tmp_path: Path) -> None:
    store = StatsStore(database)
    waits = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 100.0]
    put(tmp_path / "bot.sqlite", [done(days=2, wait=wait, pictures=2) for wait in waits] + [done(days=5), *UNCOUNTED])
    days = await store.days(GUILD, (today() - 9) * 86_400.0)
    assert days == {today() - 2: 20, today() - 5: 1}
    found = {one.day: (round(one.half, 2), round(one.most, 2)) for one in await store.waits(GUILD, 0.0)}
    assert found[today() - 2] == (5.0, 9.0)
    assert found[today() - 5] == (3.0, 3.0)


async def test_the_boards_count_what_everybody_saw(database: Database, tmp_path: Path) -> None:
    store = StatsStore(database)
    rows = [done(JUN, style="neon", pictures=3), done(style="sks", nsfw=True), done(style="sks"), done(private=True)]
    put(tmp_path / "bot.sqlite", [*rows, *UNCOUNTED])
    assert await store.artists(GUILD, (today() - 29) * 86_400.0) == [(JUN, 3), (ADA, 2)]
    styles = {(one.style, one.user_id): (one.pictures, one.open) for one in await store.styles(GUILD, 1.0)}
    assert styles[("neon", JUN)] == (3, True)
    assert styles[("sks", ADA)] == (3, True)  # with the one from forty days ago


# Under which names


class Named:
    """Styles of the bot itself (sks, neon), of everyone, and of two servers."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.hashes = write_styles(folder / "styles", "sks", "neon")
        self.library = Library(folder / "library")
        self.file = folder / "bot.sqlite"
        styles = Styles(Catalogue.of(folder / "styles"), self.library)
        self._stats = Stats(StatsStore(database), Jobs(database), styles, ChartProcess())

    def add(self, name: str, owner: str = EVERYONE, *, adult: bool = False) -> int:
        data = tiny_adapter(500 + len(self.hashes))
        with self.library.files.draft() as draft:
            draft.write_bytes(data)
            self.hashes[name] = sha256 = hashlib.sha256(data).hexdigest()
            style = Style(name=name, path=draft, sha256=sha256, adult=adult)
            return self.library.add(draft, style, len(data), {}, owner, Quota()).id

    async def of(
        self, *rows: Done, adult: bool = False, hidden: tuple[str, ...] = (), blocked: tuple[str, ...] = ()
    ) -> tuple[dict[str, int], int]:
        """The names with their pictures, and how many have none."""
        if rows:
            put(self.file, rows)
        styles, rest = await self._stats.styles(Scope(GUILD, hidden, blocked, adult), 0.0)
        return dict(styles), rest


@pytest.fixture
def named(database: Database, tmp_path: Path) -> Any:
    made = Named(database, tmp_path)
    with closing(made.library):
        yield made


async def test_a_blend_counts_for_each_of_its_parts(named: Named) -> None:
    both = (named.hashes["sks"], named.hashes["neon"])
    rows = [done(style="sks + neon", pictures=2), done(style="my blend", hashes=both), done(JUN, style="Sks")]
    assert await named.of(*rows, done(style="")) == ({"sks": 4, "neon": 3}, 1)


async def test_two_members_blends_of_one_name_are_each_what_they_are(named: Named) -> None:
    rows = [done(style="mine", hashes=(named.hashes["sks"],)), done(JUN, style="mine", hashes=(named.hashes["neon"],))]
    assert await named.of(*rows) == ({"neon": 1, "sks": 1}, 0)


async def test_a_sheet_counts_once_for_each_of_its_styles(named: Named, database: Database) -> None:
    [job_id] = put(named.file, [done(style="a sheet")])
    cells = [Variant(name, (AdapterUse(named.hashes[name]),)).to_json() for name in ("sks", "neon")]
    async with database.writing() as connection:
        words = json.dumps(cells)
        await connection.execute("UPDATE jobs SET variants = ?, amount = 2 WHERE id = ?", (words, job_id))
    assert await named.of() == ({"neon": 1, "sks": 1}, 0)


async def test_one_that_was_renamed_counts_under_the_name_it_has(named: Named) -> None:
    named.add("fresh", str(GUILD))
    assert await named.of(done(style="stale", hashes=(named.hashes["fresh"],))) == ({"fresh": 1}, 0)


async def test_one_that_was_removed_keeps_the_name_it_was_painted_under(named: Named) -> None:
    named.library.move(named.add("gone", str(GUILD)), State.RETIRED)
    assert await named.of(done(style="gone"), done(style="purged")) == ({"gone": 1, "purged": 1}, 0)


async def test_no_name_of_another_server_is_found_by_the_same_file(named: Named) -> None:
    named.add("theirs", str(OTHER))
    assert await named.of(done(style="ours", hashes=(named.hashes["theirs"],))) == ({"ours": 1}, 0)


async def test_age_restricted_names_are_for_age_restricted_places(named: Named) -> None:
    named.add("bare", adult=True)
    rows = [done(style="bare", nsfw=True), done(style="bare + sks", nsfw=True), done(style="purged", nsfw=True)]
    assert await named.of(*rows) == ({"sks": 1}, 2)
    assert await named.of(adult=True) == ({"bare": 2, "purged": 1, "sks": 1}, 0)


async def test_styles_that_the_server_does_not_want_are_not_named(named: Named) -> None:
    assert await named.of(done(style="neon"), done(style="sks"), hidden=("neon",)) == ({"sks": 1}, 1)


async def test_a_blocked_word_that_a_member_wrote_is_not_on_a_board(named: Named) -> None:
    rows = [done(style="my Spáde", pictures=2), done(style="neon"), done(style="spades")]
    assert await named.of(*rows, blocked=("spade", "neon")) == ({"neon": 1, "spades": 1}, 2)


# What members see


HOSTILE = "$x^2$ @everyone **b** \u202e"


async def chart(playground: Playground, message: Json) -> Image.Image:
    [file] = message["attachments"]
    return Image.open(io.BytesIO(await playground.download(file["url"])))


async def asked(person: Person, channel: Any, **given: Any) -> Json:
    return await (await person.run(channel, "stats", **given)).message()


async def test_everybody_sees_the_sheet_and_whoever_asked_changes_its_days_also_after_a_restart(
    playground: Playground, tmp_path: Path
) -> None:
    demo, file = playground.demo, tmp_path / "data" / "bot.sqlite"
    member, russian = playground.as_(demo.member), playground.as_(demo.russian)
    async with bot(playground, tmp_path):
        empty = await asked(member, demo.art)
        assert empty["content"] == "Nothing was painted here in the last 30 days. `/paint` makes the first one."
        assert empty["attachments"] == []
        put(
            file,
            [
                done(demo.member.id, demo.guild.id, style=style, days=day)
                for day in (0, 1, 50)
                for style in ("", HOSTILE)
            ],
        )
        put(file, [done(demo.member.id, demo.other.id, pictures=4), done(demo.russian.id, demo.guild.id, private=True)])
        shown = await asked(member, demo.art)
        assert not shown.get("only_you")
        assert (await chart(playground, shown)).size == (WIDTH, HEIGHT)
        assert shown["attachments"][0]["description"] == (
            "Last 30 days, by UTC: pictures 5, artists 2, median wait 3 s"
        )
    async with bot(playground, tmp_path):
        used = await member.select(shown, f"stats_days:{demo.member.id}", "90")
        changed = await used.update(lambda one: one["attachments"][0]["filename"] == "stats-90.png")
        assert "pictures 7," in changed["attachments"][0]["description"]
        used = await russian.select(changed, f"stats_days:{demo.member.id}", "7")
        own = await used.message()
        assert own["only_you"]
        assert own["attachments"][0]["description"].startswith("Последние 7 дней, по UTC: картинок 5, художников 2,")
        again = await (await russian.select(own, f"stats_days:{demo.russian.id}", "30")).update()
        assert again["attachments"][0]["filename"] == "stats-30.png"
        [still] = [one for one in await playground.messages(demo.art) if one["id"] == shown["id"]]
        assert still["attachments"][0]["filename"] == "stats-90.png"
        assert await refused(playground) == []


async def test_what_goes_wrong_is_told_to_whoever_asked_alone(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path, {"seconds": {"bot.stats.chart_process._MOST_WAITING": 0}}):
        member = playground.as_(demo.member)
        await (await member.run(demo.art, "paint", prompt="a cat")).message(pictures)
        answer = await (await member.run(demo.art, "stats")).message()
        assert (answer["only_you"], answer["content"][:29]) == (True, "The chart could not be drawn ")
        assert await refused(playground) == []
        newest = (await playground.messages(demo.art))[-1]
        assert pictures(newest)  # nothing is left of the answer that everybody waited for


async def test_it_is_refused_where_the_server_does_not_have_it_but_private_ones_are_not(
    playground: Playground, tmp_path: Path
) -> None:
    demo, file = playground.demo, tmp_path / "data" / "bot.sqlite"
    member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
    async with bot(playground, tmp_path):
        put(file, [done(demo.member.id, demo.guild.id)])
        shown = await asked(member, demo.art)
        set_rows(file, "INSERT INTO blocks VALUES (?, ?, NULL, 'spam', 1, 0)", demo.guild.id, demo.newcomer.id)
        set_rows(file, "INSERT INTO servers VALUES (?, ?, 0)", demo.guild.id, f'{{"channels": ["{demo.general.id}"]}}')
    async with bot(playground, tmp_path):
        here = await asked(member, demo.art)
        assert (here["only_you"], here["content"]) == (
            True,
            f"Here I do not paint. This server has me paint in <#{demo.general.id}>.",
        )
        own = await asked(member, demo.art, private=True)
        assert (own["only_you"], len(own["attachments"])) == (True, 1)
        assert len((await asked(member, demo.general))["attachments"]) == 1
        used = await member.select(shown, f"stats_days:{demo.member.id}", "7")
        assert (await used.message())["content"] == here["content"]
        blocked = await asked(newcomer, demo.general)
        assert (blocked["only_you"], blocked["attachments"]) == (True, [])
        used = await newcomer.select(shown, f"stats_days:{demo.member.id}", "7")
        assert (await used.message())["content"] == blocked["content"]
        assert await refused(playground) == []


def set_rows(file: Path, sql: str, *values: Any) -> None:
    with closing(sqlite3.connect(file, timeout=10)) as connection, connection:
        connection.execute(sql, values)
