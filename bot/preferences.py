"""What a member likes, used wherever they say nothing else."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """None is not set."""

    style: str | None = None
    weight: float | None = None
    aspect: str | None = None
    steps: int | None = None
    guidance: float | None = None
    negative: str | None = None
    language: str | None = None
    preview: bool | None = None
    private: bool | None = None
