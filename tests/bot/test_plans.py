"""Every statement of the bot's store finds its rows by an index.

The stores are found, and each public method of each is called with samples of what it takes, by their types. What it
cannot be called with so, or what it asks only of rows that the samples do not make, has to be told here.
"""

import ast
import collections.abc
import dataclasses
import importlib
import inspect
import pkgutil
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

import bot.store
from bot.form import Form, Letter, Target
from bot.jobs import Job, Picture, Place, State
from bot.preferences import Preferences
from bot.store.additions import Addition
from bot.store.agenda import Item
from bot.store.blends import BlendStore, KeptBlend, Part
from bot.store.blocks import Block
from bot.store.database import Database, opened
from bot.store.jobs import Jobs
from bot.store.outbox import Outbox
from bot.store.pictures import Pictures
from bot.store.reports import Report
from bot.store.servers import Entry
from protocol.paint import PaintRequest

Said = tuple[str, tuple[Any, ...]]

MEMBER, GUILD, NOW = 4, 6, 1e9
PLACE = Place(channel_id=5, guild_id=GUILD, interaction_id=3, token="t", token_until=NOW, message_id=7)
JOB = Job(
    id="0123456789abcdef",
    user_id=MEMBER,
    request=PaintRequest(prompt="a cat"),
    style="sks",
    place=PLACE,
    created_at=NOW,
)
LETTER = Letter(key=f"result:{JOB.id}", target=Target(job_id=JOB.id), form=Form(), created_at=NOW)
PICTURE: dict[str, Any] = {field.name: 1_000 for field in dataclasses.fields(Picture)} | {
    "prompt_used": "a cat",
    "cut": "",
}
BLEND = KeptBlend(
    id=JOB.id, user_id=MEMBER, folded="dusk", name="Dusk", title="", parts=(Part("0" * 64, "sks", 1.0),), created_at=NOW
)
SAMPLES: dict[Any, Any] = {
    int: MEMBER,
    float: NOW,
    str: JOB.id,
    bool: True,
    bytes: b"png",
    State: State.DONE,
    Job: dataclasses.replace(JOB, pictures=(Picture(**PICTURE),)),
    Letter: LETTER,
    Item: Item("collect", JOB.id, NOW),
    Addition: Addition(
        id=JOB.id, guild_id=GUILD, user_id=MEMBER, source="a", locale="en", token="t", token_until=NOW, created_at=NOW
    ),
    Block: Block(guild_id=GUILD, user_id=MEMBER, by=1, at=NOW),
    Preferences: Preferences(style="sks"),
    KeptBlend: BLEND,
    Entry: Entry(guild_id=GUILD, by=1, kind="settings", at=NOW),
    Report: Report(guild_id=GUILD, job_id=JOB.id, user_id=MEMBER, at=NOW),
    Mapping[str, Any]: {"spoiler": True},
}
"""What a parameter of a type is called with."""
SCANS = {
    "blocks": "a server blocks a few of its members, and what asks for all blocks of one is rare: they leave",
    "outbox": "it is as good as empty, and letters about jobs are also named by their keys",
}
"""The tables that may be read from end to end, and why."""
ONCE = {"MemberData.servers": "which servers there are is asked once, at the start"}
"""The methods that may do that with any table, and why."""


# The stores, and what their methods ask


def stores() -> Iterator[type]:
    """The classes of `bot.store` that are made with a database."""
    for found in pkgutil.iter_modules(bot.store.__path__, "bot.store."):
        module = importlib.import_module(found.name)
        for one in vars(module).values():
            if inspect.isclass(one) and one.__module__ == found.name and "_database" in _attributes(one):
                yield one


def _attributes(store: type) -> set[str]:
    """What its methods set on themselves."""
    tree = ast.parse(inspect.getsource(store))
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)}


def methods() -> list[tuple[type, str]]:
    return [
        (store, name)
        for store in stores()
        for name, found in vars(store).items()
        if inspect.iscoroutinefunction(found) and not name.startswith("_")
    ]


def sample(annotation: Any, of: Mapping[Any, Any]) -> Any:
    """Something of a type. Raises `LookupError` for a type of which there is none."""
    if annotation in of:
        return of[annotation]
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return sample(next(one for one in inner if one is not types.NoneType), of)
    if origin in (list, tuple, set, frozenset, collections.abc.Iterable, collections.abc.Sequence):
        return [sample(inner[0], of)]
    raise LookupError(f"SAMPLES in {Path(__file__).name} has none of {annotation}")


def samples(function: Callable[..., Any], of: Mapping[Any, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Something for every parameter, also for those that may be left out."""
    hints = typing.get_type_hints(function)
    given, named = [], {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name == "self":
            continue
        value = sample(hints[parameter.name], of)
        if parameter.kind is parameter.KEYWORD_ONLY:
            named[parameter.name] = value
        else:
            given.append(value)
    return given, named


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[Said]:
    """What is asked of any database from here on."""
    heard: list[Said] = []

    def hear(name: str) -> None:
        asked = getattr(aiosqlite.Connection, name)

        def told(connection: aiosqlite.Connection, sql: str, values: Any = ()) -> Any:
            values = list(values)
            heard.append((sql, tuple(values[0]) if name == "executemany" else tuple(values)))
            return asked(connection, sql, values)

        monkeypatch.setattr(aiosqlite.Connection, name, told)

    for name in ("execute", "executemany", "execute_fetchall"):
        hear(name)
    return heard


async def asked_by(store: type, name: str, folder: Path, said: list[Said]) -> list[Said]:
    """By a method, of a database in which the samples are."""
    async with opened(folder / "bot.sqlite") as database:
        if (store.__name__, name) != ("Jobs", "add"):
            await fill(database, folder)
        own = {Database: database, Path: folder / "pictures"}
        given, named = samples(store.__init__, SAMPLES | own)
        made = store(*given, **named)
        given, named = samples(getattr(store, name), SAMPLES | own)
        said.clear()
        await getattr(made, name)(*given, **named)
        return list(said)


async def fill(database: Database, folder: Path) -> None:
    """Two jobs of a member's with pictures, the first of which is painted anew and has a letter."""
    await Pictures(database, folder / "pictures", quota=0, days=1).keep(JOB.id, SAMPLES[int], b"png")
    jobs = Jobs(database)
    for id in (JOB.id, "another"):
        job = dataclasses.replace(SAMPLES[Job], id=id)
        letter = dataclasses.replace(LETTER, key=f"result:{id}", target=Target(job_id=id))
        await jobs.add(job)
        await jobs.painted(job, letter)
        if id == "another":
            await Outbox(database).sent(letter)
    await BlendStore(database).add(BLEND, 1)
    async with database.writing() as connection:
        await connection.execute("UPDATE jobs SET state = 'painting' WHERE id = ?", (JOB.id,))


# What they ask


@pytest.mark.parametrize(("store", "name"), methods(), ids=lambda one: one if isinstance(one, str) else one.__name__)
async def test_a_method_reads_no_table_from_end_to_end(
    store: type, name: str, tmp_path: Path, said: list[Said]
) -> None:
    asked = await asked_by(store, name, tmp_path, said)
    async with opened(tmp_path / "bot.sqlite") as database:
        for sql, values in asked:
            for step in await plan(database, sql, values):
                assert not is_scan(step) or allowed(step, f"{store.__name__}.{name}"), f"{step}: {sql}"


async def plan(database: Database, sql: str, values: tuple[Any, ...]) -> list[str]:
    return [str(row[3]) for row in await database.read(f"EXPLAIN QUERY PLAN {sql}", *values)]


def is_scan(step: str) -> bool:
    """Whether a table is read from end to end, and not along an index; what a subquery has found is no table."""
    return step.startswith("SCAN ") and not re.search(" INDEX |CONSTANT ROW|^SCAN \\(subquery-", step)


def allowed(step: str, method: str) -> bool:
    return step.removeprefix("SCAN ") in SCANS or method in ONCE


async def test_a_statement_without_an_index_would_be_noticed(tmp_path: Path) -> None:
    async with opened(tmp_path / "bot.sqlite") as database:
        for sql, scans in (("aspect = ?", True), ("id = ?", False), ("user_id = ?", False), ("message_id = ?", False)):
            steps = await plan(database, f"SELECT id FROM jobs WHERE {sql}", ("a",))
            assert any(is_scan(step) and not allowed(step, "Jobs.get") for step in steps) is scans


async def test_all_that_is_written_in_the_store_is_asked_here(tmp_path: Path, said: list[Said]) -> None:
    """Also what follows only from what was found: the samples have it."""
    asked: set[str] = set()
    for number, (store, name) in enumerate(methods()):
        (tmp_path / str(number)).mkdir()
        asked |= {sql for sql, _ in await asked_by(store, name, tmp_path / str(number), said)}
    missing = [sql for sql in written() if not any(re.search(sql, one, re.DOTALL) for one in asked)]
    assert not missing


def test_what_is_written_in_the_store_is_found() -> None:
    assert len(written()) > 30
    assert sum(len(vars(store)) for store in stores()) > len(methods()) > 40


def written() -> list[str]:
    """The statements in the stores' modules, as patterns: what is put in later may be anything."""
    modules = sorted({inspect.getsourcefile(store) or "" for store in stores()})
    trees = [ast.parse(Path(module).read_text("utf-8")) for module in modules]
    patterns = [_pattern(node) for tree in trees for node in _texts(tree)]
    return [pattern for pattern in patterns if re.match(r"(SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH)\\ ", pattern)]


def _texts(node: ast.AST) -> Iterator[ast.AST]:
    """Texts, and texts with something put in, each as a whole."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        yield node
        return
    for inner in ast.iter_child_nodes(node):
        yield from _texts(inner)


def _pattern(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_pattern(part) for part in node.values)
    return re.escape(node.value) if isinstance(node, ast.Constant) else ".*"
