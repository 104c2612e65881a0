"""What a base is painted with where a request leaves it open: size, steps, guidance scale, sampler."""

import inspect
import json
from dataclasses import fields
from math import isqrt
from pathlib import Path
from typing import Any

from engine.base import FAMILIES, denoiser_of, guidance_of, size_multiple_of
from engine.samplers import sampler_names, usual_sampler
from protocol.errors import BaseMissing, InvalidRequest
from protocol.limits import SIZE_PIXELS
from protocol.paint import RenderDefaults

HINTS = "styleseal.json"
"""An optional file in a base's folder, a JSON object with any of the fields of `RenderDefaults`."""

USUAL: dict[str, Any] = {"steps": 25, "guidance_scale": 7.0, "sampler": "dpmpp_2m_karras"}


def defaults_of(pipe: Any, hints: Path, max_pixels: int) -> RenderDefaults:
    """What the base's own hints say, else what its family is used to be painted with, in at most so many pixels.

    Raises `BaseMissing` for hints that cannot be used.
    """
    multiple = size_multiple_of(pipe)
    side = min(native_side(pipe), isqrt(max_pixels) // multiple * multiple)
    known = {"width": side, "height": side} | (USUAL if type(pipe).__name__ in FAMILIES else own_defaults(pipe))
    if not hints.is_file():
        return RenderDefaults(**known)
    try:
        defaults = RenderDefaults(**known | read_hints(hints))
    except InvalidRequest as error:
        raise BaseMissing(f"The file {hints} cannot be used: {error.sentence}") from error
    if defaults.sampler not in (samplers := sampler_names(pipe.scheduler)):
        raise BaseMissing(
            f"The file {hints} names the sampler {defaults.sampler}, and this base is painted with "
            f"{', '.join(samplers)}."
        )
    return defaults


def read_hints(hints: Path) -> dict[str, Any]:
    known = [field.name for field in fields(RenderDefaults)]
    try:
        said = json.loads(hints.read_text("utf-8"))
    except ValueError as error:
        raise BaseMissing(f"The file {hints} is not JSON; correct or remove it.") from error
    if not isinstance(said, dict) or set(said) - set(known) or None in said.values():
        raise BaseMissing(f"The file {hints} must be a JSON object with none but the keys {', '.join(known)}.")
    return said


def own_defaults(pipe: Any) -> dict[str, Any]:
    """What diffusers itself would paint that pipeline with."""
    takes = inspect.signature(pipe.__call__).parameters

    def default(name: str, otherwise: float) -> Any:
        value = takes[name].default if name in takes else otherwise
        return value if isinstance(value, int | float) else otherwise

    return {
        "steps": default("num_inference_steps", USUAL["steps"]),
        "guidance_scale": default(guidance_of(pipe), 4.0),
        "sampler": usual_sampler(pipe.scheduler),
    }


def native_side(pipe: Any) -> int:
    """The side in pixels of the pictures the base was trained on."""
    sample = getattr(pipe, denoiser_of(pipe)).config.get("sample_size")
    if not isinstance(sample, int):
        sample = getattr(pipe, "default_sample_size", 64)
    multiple = size_multiple_of(pipe)
    side: int = sample * int(getattr(pipe, "vae_scale_factor", 8)) // multiple * multiple
    smallest, largest = SIZE_PIXELS
    return min(max(smallest, side), largest)
