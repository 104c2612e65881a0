"""What the adapter library is told: where it is, from whom it may fetch, and with which keys.

Every field can be set as STYLESEAL_<NAME>, or as a key under [adapters] in the TOML file. A field's description is the
phrase that completes "STYLESEAL_<NAME> must be ..." when a value is wrong.
"""

from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import AfterValidator, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters.sources.rules import Rules
from protocol.errors import InvalidRequest

FOLDER = "adapters"
"""Of the library, in the data folder."""


class AdapterSettings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="STYLESEAL_", env_ignore_empty=True, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    data: Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())] = Field(
        default_factory=lambda: user_data_path("styleseal", appauthor=False),
        description="the path of a folder StyleSeal may write to",
    )
    adapter_hosts: str = Field(
        default="",
        description="names of hosts that adapters may be fetched from besides the usual ones, with commas between "
        "them: a name, .name for all below it, or * for every public host",
    )
    civitai_key: SecretStr | None = Field(default=None, description="an API key of Civitai's")
    hugging_face_key: SecretStr | None = Field(default=None, description="an access token of Hugging Face's")

    @field_validator("adapter_hosts")
    @classmethod
    def _are_hosts(cls, hosts: str) -> str:
        try:
            Rules(hosts=_split(hosts))
        except InvalidRequest as wrong:
            raise ValueError(wrong.sentence.rstrip(".")) from wrong
        return hosts

    @property
    def folder(self) -> Path:
        return self.data / FOLDER

    @property
    def rules(self) -> Rules:
        return Rules(hosts=_split(self.adapter_hosts))

    @property
    def keys(self) -> dict[str, str]:
        """By the source's name."""
        keys = {"civitai": self.civitai_key, "hugging_face": self.hugging_face_key}
        return {name: key.get_secret_value() for name, key in keys.items() if key is not None}


def _split(hosts: str) -> tuple[str, ...]:
    return tuple(host.strip() for host in hosts.split(",") if host.strip())
