"""The screen that is provided: diffusers' StableDiffusionSafetyChecker, as it is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
from PIL import Image
from torch import nn
from transformers import CLIPImageProcessor

from engine.devices import Placement
from engine.folder import load_part
from engine.loading import FAULTS, first_line, hush
from engine.screening import Screen
from protocol.errors import BaseMissing

CHECKER, PROCESSOR = "safety_checker", "feature_extractor"
"""The folders that a base of diffusers' has for the two."""


class SafetyScreen:
    """By CLIP: the nearness of a picture to concepts whose names nobody published."""

    def __init__(self, checker: StableDiffusionSafetyChecker, processor: Any, placement: Placement) -> None:
        self._checker = checker
        self._processor = processor
        self._placement = placement

    @property
    def parts(self) -> Sequence[nn.Module]:
        return (self._checker,)

    def flags(self, images: Sequence[Image.Image]) -> list[bool]:
        pixels = self._processor(images=[image.convert("RGB") for image in images], return_tensors="pt").pixel_values
        # The checker blackens what it flags in place: it is given other arrays than the pictures'.
        stand_ins = [np.zeros((1, 1, 3), np.uint8) for _ in images]
        _, flagged = self._checker(
            clip_input=pixels.to(self._placement.device, self._placement.dtype), images=stand_ins
        )
        return [bool(one) for one in flagged]


def load(folder: Path, placement: Placement) -> Screen:
    """A StableDiffusionSafetyChecker on the engine's device, with its CLIPImageProcessor: both in `folder`, or each in
    the folder that a diffusers base has for it. Nothing is fetched. Raises `BaseMissing` with what to do about it."""
    hush()
    weights = folder / CHECKER if (folder / CHECKER).is_dir() else folder
    processor = folder / PROCESSOR if (folder / PROCESSOR).is_dir() else weights
    try:
        checker: Any = load_part(StableDiffusionSafetyChecker, weights, placement.dtype)
        prepared = CLIPImageProcessor.from_pretrained(processor, local_files_only=True)
        checker.requires_grad_(False).eval().to(placement.device)
    except torch.OutOfMemoryError as error:
        raise BaseMissing(
            f"The safety checker does not fit into the memory of {placement.device} beside the base; free some of it, "
            "or leave STYLESEAL_SAFETY_CHECKER out."
        ) from error
    except (BaseMissing, *FAULTS) as error:
        raise BaseMissing(
            f"STYLESEAL_SAFETY_CHECKER={folder} cannot be loaded: {first_line(error)} It takes a folder with "
            "diffusers' StableDiffusionSafetyChecker and its CLIPImageProcessor; leave it out for no screening."
        ) from error
    return SafetyScreen(checker, prepared, placement)
