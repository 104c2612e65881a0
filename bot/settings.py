"""What the bot is told before it starts.

Every field can be set as STYLESEAL_<NAME>, or as a key under [bot] in the TOML file. A field's description is the
phrase that completes "STYLESEAL_<NAME> must be ..." when a value is wrong.
"""

from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

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

    @property
    def database(self) -> Path:
        return self.data / "bot.sqlite"
