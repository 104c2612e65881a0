"""What the doctor is told before it looks: settings, or why they cannot be read, and where things lie."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from bot.settings import BotSettings
from protocol.address import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineCase:
    """Of the engine's settings what can be looked at without it: `address` is where one of one's own listens."""

    base: str
    device: str
    dtype: str
    address: Address
    token: SecretStr | None = None
    safety_checker: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    bot: BotSettings | None
    """None where they cannot be read; so too `engine`."""
    engine: EngineCase | None
    wrong: tuple[str, ...] = ()
    """A sentence for each setting that is wrong."""
    misspelt: Mapping[str, str] = field(default_factory=dict)
    """Variables of the environment that nothing reads, with what was probably meant."""
    settings_file: Path | None = None
    pocket: Path
    """The folder of the embedded base."""
    embedded: Path
    """The folder of the embedded styles."""
    library: str = "adapters"
    """The folder of the library, in the data folder."""
    start_with: Mapping[str, str] | None = None
    """Settings for an engine to start and ask; None to start none."""
    now: Callable[[], float] = time.time
