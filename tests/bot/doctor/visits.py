"""What the examinations are told in these tests, and what they say."""

from pathlib import Path
from typing import Any

from bot.doctor.case import Case, EngineCase
from bot.doctor.finding import Finding
from bot.doctor.rounds import findings
from bot.doctor.table import EXAMINATIONS
from bot.settings import BotSettings
from playground.testing import Playground
from pocket.location import ADAPTERS, BASE
from protocol.address import UnixAddress


def case(data: Path, *, base: str = "pocket", **bot: Any) -> Case:
    """With the embedded base and styles, and no engine at the usual address."""
    engine = EngineCase(base=base, device="auto", dtype="auto", address=UnixAddress(data / "engine.sock"))
    return Case(bot=BotSettings(data=data, **bot), engine=engine, pocket=BASE, embedded=ADAPTERS)


def there(playground: Playground, data: Path, token: str | None = None, **bot: Any) -> Case:
    return case(data, discord_api=playground.api, discord_token=token or playground.token, **bot)


async def found(case: Case, *names: str) -> list[Finding]:
    """What these examinations say."""
    chosen = [one for one in EXAMINATIONS if one.name in names]
    assert len(chosen) == len(names)
    return [one.finding async for one in findings(case, chosen)]


async def the_one(case: Case, name: str) -> Finding:
    (finding,) = await found(case, name)
    return finding
