"""How often styles were painted in: by server, by name, and by what a name stood for."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.styles import Catalogue, Style
from bot.jobs import Job, State, Variant
from bot.store.database import Database, opened
from bot.store.jobs import Jobs
from bot.store.uses import Uses
from bot.styles.popularity import Popularity
from protocol.paint import AdapterUse, PaintRequest
from tests.bot.kept import job

GUILD, OTHER = 6, 66


def style(name: str, sha256: str) -> Style:
    return Style(name=name, path=Path(name), sha256=sha256 * 64)


CATALOGUE = Catalogue([style("sks", "a"), style("Neon", "b"), style("felt", "c")])


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path / "bot.sqlite") as database:
        yield database


@pytest.fixture
def popularity(database: Database) -> Popularity:
    return Popularity(Uses(database))


def done(style: str, *hashes: str, count: int = 1, **fields: Any) -> Job:
    """A public one of the server, unless it is said otherwise."""
    place = {"guild_id": GUILD, "private": False, "by_bot": True}
    place |= {name: fields.pop(name) for name in tuple(fields) if name in place}
    request = PaintRequest(prompt="cat", adapters=tuple(AdapterUse(one * 64) for one in hashes), count=count)
    made = job(fields.pop("state", State.DONE), style=style, request=request, **fields)
    return replace(made, place=replace(made.place, **place))


async def counted(database: Database, popularity: Popularity, *jobs: Job, guild: int | None = GUILD) -> dict[str, int]:
    for one in jobs:
        await Jobs(database).add(one)
    return dict(await popularity.of(guild, CATALOGUE))


async def test_pictures_count_by_the_name_they_were_painted_under(database: Database, popularity: Popularity) -> None:
    uses = await counted(
        database,
        popularity,
        done("sks", "a", count=4),
        done("sks", "a"),
        done("neon", "b"),
        done("NEON", "b"),
        done(""),
    )
    assert uses == {"sks": 5, "neon": 2}


async def test_two_styles_count_for_each_and_a_sheet_that_compares_once_for_each(
    database: Database, popularity: Popularity
) -> None:
    variants = tuple(Variant(name, (), name) for name in ("", "sks", "Neon"))
    sheet = done("sks, Neon", variants=variants)
    assert sheet.amount == 3
    uses = await counted(database, popularity, done("sks + Neon", "a", "b", count=2), sheet)
    assert uses == {"sks": 3, "neon": 3}


async def test_what_no_style_is_named_counts_for_what_it_was_painted_with(
    database: Database, popularity: Popularity
) -> None:
    uses = await counted(
        database,
        popularity,
        done("dusk", "a", "b", count=3),
        done("old name", "c"),
        done("gone", "f"),
        done("dusk", "a", "b"),
    )
    assert uses == {"dusk": 4, "sks": 4, "neon": 4, "old name": 1, "felt": 1, "gone": 1}


@pytest.mark.parametrize(
    "fields",
    [
        {"guild_id": OTHER},
        {"guild_id": None},
        {"private": True},
        {"by_bot": False},
        *({"state": state} for state in State if state is not State.DONE),
    ],
    ids=str,
)
async def test_only_what_everybody_in_that_server_saw_counts(
    database: Database, popularity: Popularity, fields: dict[str, Any]
) -> None:
    assert await counted(database, popularity, done("sks", "a", **fields)) == {}


async def test_there_are_no_uses_in_direct_messages(database: Database, popularity: Popularity) -> None:
    assert await counted(database, popularity, done("sks", guild_id=None), done("sks"), guild=None) == {}


async def test_counting_reads_the_index_alone(database: Database) -> None:
    """However long a server's history and its prompts are."""
    statement = "SELECT style, COUNT(*), SUM(amount), MAX(rowid) FROM jobs WHERE guild_id = 6 AND state = 'done' "
    statement += "AND by_bot = 1 AND private = 0 AND style <> '' GROUP BY style"
    rows = await database.read(f"EXPLAIN QUERY PLAN {statement}")
    assert [row[3] for row in rows] == ["SEARCH jobs USING COVERING INDEX jobs_uses (guild_id=?)"]


async def test_a_thousand_names_that_no_style_has_are_counted_too(database: Database, popularity: Popularity) -> None:
    jobs = [done(f"mix {number}", "a") for number in range(1_000)]
    uses = await counted(database, popularity, *jobs, done("popular mix", "b", count=4))
    assert uses["neon"] == 4
    assert uses["mix 999"] == 1
    assert 0 < uses["sks"] <= 1_000
