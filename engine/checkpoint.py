"""Loads a single .safetensors checkpoint in Stable Diffusion's original layout, SD 1.x, 2.x or SDXL.

A checkpoint has the weights but neither tokenizer nor settings. diffusers takes those from a folder of the same name
beside the file where there is one, else from the hub.
"""

from pathlib import Path
from typing import Any

import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline
from diffusers.loaders.single_file_utils import fetch_diffusers_config
from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
from safetensors import safe_open

from protocol.errors import BaseMissing

SDXL_KEY = "conditioner.embedders.0.transformer.text_model.embeddings.position_embedding.weight"
SDXL_KEY_2 = "conditioner.embedders.1.model.positional_embedding"
DENOISER_PREFIX = "model.diffusion_model."


def load_checkpoint(path: Path, dtype: torch.dtype, prediction_type: str = "auto", zero_snr: bool | None = None) -> Any:
    """The pipeline in that file. What the settings leave open is read from the file's own keys and metadata.

    Raises `BaseMissing` for what is no such checkpoint, and where the hub is needed and cannot be reached.
    """
    with safe_open(path, framework="pt") as file:
        shapes = {key: torch.empty(file.get_slice(key).get_shape(), device="meta") for key in file.keys()}  # noqa: SIM118
        keys, metadata = set(shapes), file.metadata() or {}
    if not any(key.startswith(DENOISER_PREFIX) for key in keys):
        raise BaseMissing(f"{path} is no Stable Diffusion checkpoint: it has no {DENOISER_PREFIX}* weights.")
    kind = StableDiffusionXLPipeline if {SDXL_KEY, SDXL_KEY_2} & keys else StableDiffusionPipeline
    beside = path.with_suffix("")
    config = {"config": str(beside)} if (beside / "model_index.json").exists() else {}
    try:
        pipe = kind.from_single_file(str(path), dtype=dtype, local_files_only=bool(config), **config)
    except (LocalEntryNotFoundError, HfHubHTTPError, ConnectionError) as error:
        needed = fetch_diffusers_config(shapes)["pretrained_model_name_or_path"]
        raise BaseMissing(
            f"To load {path.name}, diffusers needs the tokenizer and settings of {needed} from the hub, which cannot be "
            f"reached. Fetch its .json and .txt files elsewhere and put them in the folder {beside}."
        ) from error
    options = schedule_of(keys, metadata)
    if options:
        pipe.scheduler = type(pipe.scheduler).from_config(pipe.scheduler.config, **options)
    return pipe


def schedule_of(keys: set[str], metadata: dict[str, str]) -> dict[str, Any]:
    """What the file itself says: the marker keys `v_pred` and `ztsnr`, and the modelspec metadata."""
    said = metadata.get("modelspec.prediction_type", "").lower()
    options: dict[str, Any] = {}
    if "v_pred" in keys or said in ("v", "v_prediction", "v-prediction"):
        options["prediction_type"] = "v_prediction"
    elif said == "epsilon":
        options["prediction_type"] = "epsilon"
    if "ztsnr" in keys:
        options |= {"rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}
    return options
