"""What the engine process is told before it starts. Reading this loads no model library.

Every field can be set as STYLESEAL_<NAME>, or as a key under [engine] in the TOML file. A field's description is the
phrase that completes "STYLESEAL_<NAME> must be ..." when a value is wrong.
"""

import socket
from pathlib import Path
from typing import Annotated, Literal, Self

from platformdirs import user_data_path
from pydantic import AfterValidator, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from protocol.address import FORMS, Address, TcpAddress, UnixAddress, parse_address


def _default_data() -> Path:
    return user_data_path("styleseal", appauthor=False)


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


class EngineSettings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="STYLESEAL_",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    base: str = Field(
        default="pocket",
        min_length=1,
        description="pocket, the path of a model folder or .safetensors file, or the id of a model on the hub",
    )
    device: str = Field(
        default="auto", pattern=r"^(auto|cpu|mps|cuda(:\d{1,2})?)$", description="auto, cpu, mps, cuda or cuda:N"
    )
    dtype: Literal["auto", "fp32", "fp16", "bf16", "fp8"] = Field(
        default="auto", description="auto, fp32, fp16, bf16 or fp8"
    )
    prediction_type: Literal["auto", "epsilon", "v_prediction"] = Field(
        default="auto", description="auto, epsilon or v_prediction"
    )
    zero_snr: bool | None = Field(default=None, description="true or false, or left out to go by the base's own files")
    compile: bool = Field(default=False, description="true or false")
    """Whether the denoiser is compiled (torch.compile): minutes at the start for faster steps."""
    vae: str = Field(default="", description="the path of an autoencoder's folder, or left out for the base's own")
    """Such as one that is safe in half precision, where SDXL's own is decoded in fp32."""
    safety_checker: Annotated[Path, AfterValidator(_absolute)] | None = Field(
        default=None, description="the path of a folder with a StableDiffusionSafetyChecker, or left out for none"
    )
    """Which looks at every finished picture; then there are no previews."""
    offload: bool = Field(default=False, description="true or false")
    """Whether the text encoders stay in the host's memory and come to the device for each new text."""
    idle_unload: float = Field(default=0, ge=0, le=10_080, description="minutes from 0 (never) to 10080")
    """Without work, after which the base leaves the device until the next request."""
    listen: str = Field(default="", description=f"{FORMS}, or left out for a Unix socket in the data folder")
    token: SecretStr | None = Field(
        default=None, description="at least 8 printable ASCII characters without spaces (a bearer token)"
    )
    data: Annotated[Path, AfterValidator(_absolute)] = Field(
        default_factory=_default_data, description="the path of a folder StyleSeal may write to"
    )
    max_pixels: int = Field(
        default=1536 * 1024, ge=64 * 64, le=2048 * 2048, description="a whole number of pixels from 4096 to 4194304"
    )
    """Width times height of the largest picture the engine takes."""
    max_queue: int = Field(default=64, ge=1, le=10_000, description="a whole number from 1 to 10000")
    """Requests that may wait; one more is told that the engine is busy."""
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="debug, info, warning or error"
    )

    @property
    def address(self) -> Address:
        """Where to listen, with the default filled in."""
        if self.listen:
            return parse_address(self.listen)
        if hasattr(socket, "AF_UNIX"):
            return UnixAddress(self.data / "run" / "engine.sock")
        return TcpAddress("127.0.0.1", 8420)

    @field_validator("listen")
    @classmethod
    def _is_an_address(cls, listen: str) -> str:
        if listen:
            parse_address(listen)
        return listen

    @field_validator("token")
    @classmethod
    def _fits_a_header(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None:
            text = token.get_secret_value()
            if len(text) < 8 or not all("!" <= character <= "~" for character in text):
                raise ValueError("a bearer token must be at least 8 printable ASCII characters without spaces")
        return token

    @model_validator(mode="after")
    def _is_not_open_to_everyone(self) -> Self:
        if not self.address.loopback and self.token is None:
            raise ValueError(
                f"STYLESEAL_LISTEN is {self.address}, which other machines can reach; "
                "set STYLESEAL_TOKEN as well, or listen on 127.0.0.1"
            )
        return self
