"""Loads a base: the pocket base, a diffusers folder, a single .safetensors checkpoint, or a model on the hub."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from diffusers import AutoPipelineForText2Image
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, RepositoryNotFoundError
from safetensors import SafetensorError

from engine.base import FAMILIES, Base, layers_of
from engine.checkpoint import load_checkpoint
from engine.devices import Placement, choose_placement
from engine.fingerprint import fingerprint
from engine.samplers import is_flow
from engine.settings import EngineSettings
from pocket.location import BASE as POCKET
from protocol.errors import BaseMissing
from protocol.paint import RenderDefaults

Say = Callable[[str], None]

HINTS = "styleseal.json"
"""An optional file in a base's folder: the steps, guidance scale, sampler and size it is best painted with."""
HUB_FILES = ("*.json", "*.txt", "*.model", "*.safetensors")


def load_base(settings: EngineSettings, say: Say) -> Base:
    """The base the settings name, on its device. `say` hears what is being done, a sentence at a time.

    Raises `BaseMissing` with what to do about it.
    """
    placement = choose_placement(settings.device, settings.dtype)
    source = find(settings.base, say)
    say(f"Loading {settings.base} in {placement.dtype_name} for {placement.device}.")
    try:
        pipe = _load(source, placement, settings)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise BaseMissing(f"The base {source} cannot be loaded: {_first_line(error)}") from error
    schedule(pipe, settings)
    pipe.to(placement.device)
    pipe.set_progress_bar_config(disable=True)
    say("Reading the base's fingerprint.")
    return Base(
        name=settings.base if settings.base == "pocket" else source.stem,
        fingerprint=fingerprint(source),
        pipe=pipe,
        placement=placement,
        defaults=defaults_of(pipe, source / HINTS),
        layers=layers_of(pipe),
    )


def find(base: str, say: Say) -> Path:
    """The folder or file a base's name stands for; a model on the hub is fetched first, once."""
    if base == "pocket":
        if not (POCKET / "model_index.json").exists():
            raise BaseMissing(
                f"The pocket base is not at {POCKET}; install StyleSeal again, or train it with pocket.train."
            )
        return POCKET
    path = Path(base).expanduser()
    if path.is_dir():
        if not (path / "model_index.json").exists():
            raise BaseMissing(f"The folder {path} is no diffusers model: it has no model_index.json.")
        return path
    if path.is_file():
        if path.suffix != ".safetensors":
            raise BaseMissing(
                f"The file {path} is no .safetensors checkpoint, and no other kind is loaded: others can run code."
            )
        return path
    if path.suffix == ".safetensors" or base.count("/") != 1 or base.startswith((".", "/", "~")):
        raise BaseMissing(
            f"There is no base at {base}. STYLESEAL_BASE takes pocket, the path of a diffusers folder or .safetensors "
            "file, or the id of a model on the hub (owner/name)."
        )
    return fetch(base, say)


def fetch(model: str, say: Say) -> Path:
    """The snapshot of a model on the hub, from the cache where it is there."""
    say(f"Fetching {model} from the hub; the first time this takes minutes.")
    try:
        return Path(snapshot_download(model, allow_patterns=list(HUB_FILES)))
    except RepositoryNotFoundError as error:
        raise BaseMissing(f"The hub has no model {model}, or it needs a login (huggingface-cli login).") from error
    except HFValidationError as error:
        raise BaseMissing(f"{model} is neither a path that exists nor the id of a model on the hub.") from error
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        raise BaseMissing(
            f"The model {model} is not on this machine and the hub cannot be reached. Fetch it where there is a network "
            f"(huggingface-cli download {model}) and set STYLESEAL_BASE to its folder."
        ) from error


def _load(source: Path, placement: Placement, settings: EngineSettings) -> Any:
    if source.is_file():
        return load_checkpoint(source, placement.dtype, settings.prediction_type, settings.zero_snr)
    index = json.loads((source / "model_index.json").read_text())
    # Only Stable Diffusion's pipelines have a checker, which the operator's filter stands in for.
    options = {"safety_checker": None, "requires_safety_checker": False} if "safety_checker" in index else {}
    return AutoPipelineForText2Image.from_pretrained(
        source, dtype=placement.dtype, use_safetensors=True, local_files_only=True, **options
    )


def schedule(pipe: Any, settings: EngineSettings) -> None:
    """Sets the prediction type and zero terminal SNR where the operator knows better than the base's files."""
    changes: dict[str, Any] = {}
    if settings.prediction_type != "auto":
        changes["prediction_type"] = settings.prediction_type
    if settings.zero_snr is not None:
        changes |= zero_snr_options(settings.zero_snr)
    if changes and not is_flow(pipe.scheduler):
        pipe.scheduler = type(pipe.scheduler).from_config(pipe.scheduler.config, **changes)


def zero_snr_options(zero: bool) -> dict[str, Any]:
    """A schedule that ends in pure noise is sampled from its very last step (Lin et al., 2024)."""
    return {"rescale_betas_zero_snr": zero} | ({"timestep_spacing": "trailing"} if zero else {})


def defaults_of(pipe: Any, hints: Path) -> RenderDefaults:
    """What the base's own hints say, else what its family is used to be painted with."""
    family = FAMILIES.get(type(pipe).__name__)
    side = native_side(pipe)
    known: dict[str, Any] = {
        "width": side,
        "height": side,
        "steps": 25,
        "guidance_scale": 7.0,
        "sampler": "dpmpp_2m_karras",
    }
    if family is None:
        known |= {"guidance_scale": 4.0, "sampler": "euler" if is_flow(pipe.scheduler) else "dpmpp_2m"}
    if hints.exists():
        known |= json.loads(hints.read_text())
    return RenderDefaults(**known)


def native_side(pipe: Any) -> int:
    """The side in pixels of the pictures the base was trained on."""
    sample = getattr(getattr(pipe, "unet", None), "config", {}).get("sample_size")
    scale = getattr(pipe, "vae_scale_factor", 8)
    side = sample * scale if isinstance(sample, int) else getattr(pipe, "default_sample_size", 64) * scale
    return max(64, side // 8 * 8)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
