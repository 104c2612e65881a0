"""What the bot is told before it starts.

Every field can be set as STYLESEAL_<NAME>, or as a key under [bot] in the TOML file. A field's description is the
phrase that completes "STYLESEAL_<NAME> must be ..." when a value is wrong.
"""

import json
from pathlib import Path
from typing import Annotated, Any

from platformdirs import user_data_path
from pydantic import AfterValidator, Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from protocol.address import FORMS, Address, parse_address

DISCORD = "https://discord.com/api/v10"


class BotSettings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="STYLESEAL_", env_ignore_empty=True, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    discord_token: SecretStr | None = Field(
        default=None, description="the token of a bot, from Discord's developer portal"
    )
    discord_api: str = Field(
        default=DISCORD, pattern=r"^https?://[^\s/]+(/[^\s]*)?$", description="the address of Discord's REST API"
    )
    data: Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())] = Field(
        default_factory=lambda: user_data_path("styleseal", appauthor=False),
        description="the path of a folder StyleSeal may write to",
    )
    member_jobs: int = Field(default=5, ge=1, le=100, description="a whole number from 1 to 100")
    """Pictures that one member may have waiting."""
    server_jobs: int = Field(default=300, ge=1, le=10_000, description="a whole number from 1 to 10000")
    """Pictures that the members of one server may have waiting together."""
    # Decoded here: what is no JSON would otherwise be an error before anybody can say whose.
    role_weights: Annotated[dict[int, float], NoDecode] = Field(
        default_factory=dict, description='the ids of roles with weights above 0, such as {"123456789012345678": 2}'
    )
    """How much members with a role weigh among those of their server; without one, 1."""
    server_styles: int = Field(default=100, ge=0, le=100_000, description="a whole number from 0 to 100000")
    """That one server may add."""
    server_adapters_mib: int = Field(
        default=5_120, ge=0, le=100_000_000, description="a whole number of MiB, from 0 to 100000000"
    )
    """Of the files of the styles that one server adds."""
    picture_days: float = Field(default=30.0, gt=0, le=3_650, description="a number of days, up to 3650")
    """For which pictures are kept."""
    picture_quota: int = Field(default=500, ge=1, le=1_000_000, description="a whole number of MiB, from 1 to 1000000")
    """Of pictures kept for one member; the oldest go first."""
    engine: str | None = Field(default=None, description=f"{FORMS}, or left out for an engine of its own")
    """Where an engine runs that somebody else started."""
    engine_token: SecretStr | None = Field(
        default=None, description="the token that the engine there was started with (its STYLESEAL_TOKEN)"
    )

    @property
    def database(self) -> Path:
        return self.data / "bot.sqlite"

    @property
    def pictures(self) -> Path:
        return self.data / "pictures"

    @property
    def previews(self) -> Path:
        """Of styles; they can all be painted anew."""
        return self.data / "previews"

    @property
    def engine_address(self) -> Address | None:
        """None where the bot starts its own."""
        return None if self.engine is None else parse_address(self.engine)

    @property
    def log(self) -> Path:
        """What the bot itself says."""
        return self.data / "logs" / "bot.log"

    @property
    def engine_log(self) -> Path:
        """What an engine of its own says."""
        return self.data / "logs" / "engine.log"

    @field_validator("discord_token")
    @classmethod
    def _has_no_line_breaks(cls, token: SecretStr | None) -> SecretStr | None:
        """Nor what else no header can carry; discord.py takes off what stands around it."""
        if token is not None and not token.get_secret_value().strip().isprintable():
            raise ValueError("a token must be one word")
        return token

    @field_validator("role_weights", mode="before")
    @classmethod
    def _decoded(cls, weights: Any) -> Any:
        if not isinstance(weights, str):
            return weights
        try:
            return json.loads(weights)
        except ValueError as wrong:
            raise PydanticCustomError("not_json", "it is no JSON") from wrong

    @field_validator("role_weights")
    @classmethod
    def _are_weights(cls, weights: dict[int, float]) -> dict[int, float]:
        if not all(0 < weight <= 1_000 for weight in weights.values()):
            raise ValueError("a weight must be above 0, and at most 1000")
        return weights

    @field_validator("engine")
    @classmethod
    def _is_an_address(cls, engine: str | None) -> str | None:
        if engine is not None:
            parse_address(engine)
        return engine

    @field_validator("engine_token")
    @classmethod
    def _fits_a_header(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not all("!" <= character <= "~" for character in token.get_secret_value()):
            raise ValueError("a bearer token must be printable ASCII characters without spaces")
        return token
