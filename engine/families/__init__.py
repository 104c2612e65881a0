"""The base families whose denoising loop is the engine's own, by the class of their diffusers pipeline."""

from collections.abc import Mapping

from engine.families.sd import StableDiffusion
from engine.families.sdxl import StableDiffusionXL

FAMILIES: Mapping[str, type[StableDiffusion]] = {
    "StableDiffusionPipeline": StableDiffusion,
    "StableDiffusionXLPipeline": StableDiffusionXL,
}
