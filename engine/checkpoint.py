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
from torch import Tensor, nn

from engine.folder import INDEX, check_vocabularies, read_index
from engine.samplers import rescheduled
from protocol.errors import BaseMissing

DENOISER = "model.diffusion_model."
FIRST_LAYER = DENOISER + "input_blocks.0.0.weight"
XL_ENCODER = "conditioner.embedders.1."
REFINER_ENCODER = "conditioner.embedders.0.model."
VELOCITY = ("v", "v_prediction", "v-prediction")


def load_checkpoint(path: Path, dtype: torch.dtype) -> Any:
    """The pipeline in that file, with the prediction type and zero-SNR that the file says.

    Raises `BaseMissing` for what is no such checkpoint or not whole, and where the hub is needed and cannot be reached.
    """
    shapes, metadata = read_shapes(path)
    kind, options = kind_of(path, shapes)
    beside = path.with_suffix("")
    if (beside / INDEX).exists():
        check_vocabularies(beside, read_index(beside))
        options |= {"config": str(beside), "local_files_only": True}
    try:
        pipe = kind.from_single_file(str(path), dtype=dtype, **options)
    except (LocalEntryNotFoundError, HfHubHTTPError, ConnectionError) as error:
        needed = fetch_diffusers_config(shapes)["pretrained_model_name_or_path"]
        raise BaseMissing(
            f"To load {path.name}, diffusers needs the tokenizer and settings of {needed} from the hub, and cannot get "
            f"them. Fetch its .json and .txt files elsewhere and put them in the folder {beside}."
        ) from error
    except NotImplementedError as error:  # moving a tensor that has no contents
        raise BaseMissing(
            f"{path} lacks weights of the UNet or the autoencoder; the file is damaged, or the settings it is loaded "
            "with are another model's."
        ) from error
    check_whole(path, pipe)
    pipe.scheduler = rescheduled(pipe.scheduler, schedule_of(set(shapes), metadata))
    return pipe


def read_shapes(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The checkpoint's tensors, without their contents, and its metadata."""
    with safe_open(path, framework="pt") as file:
        keys = file.keys()
        shapes = {key: torch.empty(file.get_slice(key).get_shape(), device="meta") for key in keys}
        return shapes, file.metadata() or {}


def kind_of(path: Path, shapes: dict[str, Tensor]) -> tuple[Any, dict[str, Any]]:
    """The pipeline's class, and what it is to be built without. Raises `BaseMissing` for what is not painted with."""
    if FIRST_LAYER not in shapes:
        raise BaseMissing(
            f"{path} is no Stable Diffusion checkpoint: it has no {FIRST_LAYER}. A base of another kind is loaded from "
            "its diffusers folder; an adapter is no base."
        )
    if any(key.startswith(XL_ENCODER) for key in shapes):
        return StableDiffusionXLPipeline, {}
    if any(key.startswith(REFINER_ENCODER) for key in shapes):
        raise BaseMissing(f"{path} is SDXL's refiner, which finishes pictures and starts none; take the base model.")
    return StableDiffusionPipeline, {
        "safety_checker": None,
        "feature_extractor": None,
        "requires_safety_checker": False,
    }


def check_whole(path: Path, pipe: Any) -> None:
    """Raises `BaseMissing` if diffusers found no weights for some of the pipeline: it says nothing of them itself."""
    for name, part in pipe.components.items():
        weights = part.named_parameters() if isinstance(part, nn.Module) else ()
        if empty := [key for key, weight in weights if weight.is_meta]:
            raise BaseMissing(
                f"{path} lacks {len(empty)} of the weights of the {name.replace('_', ' ')}, {empty[0]} among them; "
                "the file is damaged, or the settings it is loaded with are another model's."
            )


def schedule_of(keys: set[str], metadata: dict[str, str]) -> dict[str, Any]:
    """What the file itself says: the marker keys `v_pred` and `ztsnr`, and the modelspec metadata."""
    said = metadata.get("modelspec.prediction_type", "").lower()
    options: dict[str, Any] = {}
    if "v_pred" in keys or said in VELOCITY:
        options["prediction_type"] = "v_prediction"
    elif said == "epsilon":
        options["prediction_type"] = "epsilon"
    if "ztsnr" in keys:
        options |= {"rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}
    return options
