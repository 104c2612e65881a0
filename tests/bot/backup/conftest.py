"""A bot that has painted one picture, and a backup of it."""

from pathlib import Path

import pytest

from bot.jobs import Job, State
from bot.store.database import opened
from bot.store.jobs import Jobs
from bot.store.pictures import Pictures
from tests.bot.backup.content import PNG, add_adapter, made
from tests.bot.kept import job, letter, with_pictures


@pytest.fixture
async def one() -> Job:
    return with_pictures(job(State.PAINTING), len(PNG))


@pytest.fixture
async def data(tmp_path: Path, one: Job) -> Path:
    """The data folder of a bot that has painted one picture, in a style of the library's."""
    data = tmp_path / "data"
    async with opened(data / "bot.sqlite") as database:
        await Pictures(database, data / "pictures", quota=10**9, days=30).keep(one.id, 1, PNG)
        await Jobs(database).add(one)
        await Jobs(database).painted(one, letter("result", one.id))
    add_adapter(data, "ink")
    (data / "styles").mkdir()
    (data / "styles" / "styles.json").write_text("{}")
    for name in ("styleseal.toml", "logs/engine.log", "adapters/drafts/half.draft", "pictures/ab/half.part"):
        path = data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"not for a backup")
    return data


@pytest.fixture
def backup(data: Path, tmp_path: Path) -> Path:
    made(data, tmp_path / "backup.tar")
    return tmp_path / "backup.tar"
