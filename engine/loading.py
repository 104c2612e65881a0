"""Loads a base: the pocket base, a diffusers folder, a single .safetensors checkpoint, or a model on the hub."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import diffusers.utils.logging
import torch
import transformers.utils.logging
from diffusers.loaders.single_file_utils import SingleFileComponentError
from huggingface_hub.utils.tqdm import enable_progress_bars
from safetensors import SafetensorError
from torch import nn

from adapters.names import Names
from engine.base import Base, denoiser_of, layers_of, text_encoders_of
from engine.checkpoint import load_checkpoint
from engine.defaults import HINTS, defaults_of
from engine.devices import Placement, choose_placement
from engine.fingerprint import file_sha256, fingerprint
from engine.folder import INDEX, load_folder, load_part
from engine.hub import fetch
from engine.memory import free_bytes
from engine.movable import Movable
from engine.narrow import narrow
from engine.samplers import is_flow, rescheduled
from engine.settings import EngineSettings
from pocket.location import BASE as POCKET
from protocol.errors import BaseMissing

Say = Callable[[str], None]

LEAST_ROOM = 0.1
"""Of the weights' own size, that must be free beside them."""
FAULTS = (
    *(OSError, ValueError, LookupError, RuntimeError, TypeError, AttributeError, ImportError),
    *(SafetensorError, SingleFileComponentError),
)
"""What the model libraries raise over files that are damaged or of a kind they do not know."""


def load_base(settings: EngineSettings, say: Say) -> Base:
    """The base the settings name, on its device. `say` hears what is being done, a sentence at a time.

    Raises `BaseMissing` with what to do about it.
    """
    hush()
    placement = choose_placement(settings.device, settings.dtype)
    source, name = find(settings.base, say), name_of(settings.base)
    say(f"Loading {name} in {placement.dtype_name} for {placement.device}.")
    try:
        pipe = _load(source, placement, say)
    except FAULTS as error:
        raise BaseMissing(
            f"The base {source} cannot be loaded: {first_line(error)} Fetch it again, or set STYLESEAL_BASE to another."
        ) from error
    check(pipe, source)
    changes = changes_of(settings, pipe)
    if settings.vae:
        changes["vae"] = change_autoencoder(pipe, Path(settings.vae).expanduser(), placement)
    pipe.scheduler = rescheduled(pipe.scheduler, changes)
    check_schedule(pipe.scheduler)
    texts = _place(pipe, placement, settings.offload)
    hints = (source if source.is_dir() else source.with_suffix("")) / HINTS
    say("Reading the base's fingerprint.")
    return Base(
        name=name,
        fingerprint=fingerprint(source, changes),
        pipe=pipe,
        placement=placement,
        defaults=defaults_of(pipe, hints, settings.max_pixels),
        names=Names(layers_of(pipe)),
        texts=texts,
    )


def hush() -> None:
    """The model libraries draw no bars and warn of nothing that is checked here; their errors are still heard."""
    for library in (diffusers, transformers):
        library.utils.logging.set_verbosity_error()
        library.utils.logging.disable_progress_bar()
    # transformers switched off the hub's bars as well, the only sign of life while gigabytes are fetched.
    enable_progress_bars()


def name_of(base: str) -> str:
    """What a base is called in answers and pictures: as on the hub, or by its folder or file."""
    path = Path(base).expanduser().resolve()
    if base == "pocket" or not path.exists():
        return base
    return path.stem if path.is_file() else path.name


def find(base: str, say: Say) -> Path:
    """The folder or file a base's name stands for; a model on the hub is fetched first, once."""
    if base == "pocket":
        if not (POCKET / INDEX).exists():
            raise BaseMissing(
                f"The pocket base is not at {POCKET}; install StyleSeal again, or train it with pocket.train."
            )
        return POCKET
    path = Path(base).expanduser()
    if path.is_dir():
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
    say(f"Fetching {base} from the hub; the first time this takes minutes.")
    return fetch(base)


def check(pipe: Any, source: Path) -> None:
    """Raises `BaseMissing` for a pipeline that loads but paints nothing from a text alone."""
    parts = ("tokenizer", "vae", "scheduler", denoiser_of(pipe))
    missing = [name for name in parts if getattr(pipe, name, None) is None]
    if missing:
        raise BaseMissing(
            f"The base {source} is a {type(pipe).__name__} without {' and '.join(missing)}; StyleSeal cannot paint "
            "with it."
        )
    if denoiser_of(pipe) == "unet" and pipe.unet.config.in_channels != pipe.vae.config.get("latent_channels"):
        raise BaseMissing(
            f"The base {source} is for inpainting or editing: its UNet takes {pipe.unet.config.in_channels} channels, "
            f"and its autoencoder has {pipe.vae.config.get('latent_channels')}. Take the one for text to image."
        )


def changes_of(settings: EngineSettings, pipe: Any) -> dict[str, Any]:
    """The prediction type and zero terminal SNR, where the operator knows better than the base's files."""
    changes: dict[str, Any] = {}
    if settings.prediction_type != "auto":
        changes["prediction_type"] = settings.prediction_type
    if settings.zero_snr is not None:
        changes |= {"rescale_betas_zero_snr": settings.zero_snr}
    if settings.zero_snr:
        changes["timestep_spacing"] = "trailing"  # such a schedule is sampled from its very last step: Lin et al., 2024
    if changes and is_flow(pipe.scheduler):
        raise BaseMissing(
            "STYLESEAL_PREDICTION_TYPE and STYLESEAL_ZERO_SNR are for Stable Diffusion; leave them out for this base."
        )
    return changes


def change_autoencoder(pipe: Any, folder: Path, placement: Placement) -> str:
    """Puts another autoencoder in the place of the base's own, such as one that is safe in half precision.

    Gives the SHA-256 of its files. Raises `BaseMissing` for one that does not fit.
    """
    own = pipe.vae
    try:
        vae: Any = load_part(type(own), folder, placement.dtype)
    except (BaseMissing, *FAULTS) as error:
        raise BaseMissing(f"STYLESEAL_VAE={folder} cannot be loaded: {first_line(error)}") from error
    sizes = [(part.config.latent_channels, len(part.config.block_out_channels)) for part in (own, vae)]
    if sizes[0] != sizes[1]:
        raise BaseMissing(
            f"STYLESEAL_VAE={folder} is for another kind of base: it has {sizes[1][0]} latent channels and "
            f"{sizes[1][1]} levels, and this base takes {sizes[0][0]} and {sizes[0][1]}."
        )
    pipe.register_modules(vae=vae)
    files = sorted(path for path in folder.iterdir() if path.suffix in (".json", ".safetensors"))
    return hashlib.sha256(" ".join(file_sha256(path) for path in files).encode()).hexdigest()


def check_schedule(own: Any) -> None:
    """Raises `BaseMissing` for a schedule that cannot be sampled."""
    if own.config.get("rescale_betas_zero_snr") and own.config.get("prediction_type", "epsilon") == "epsilon":
        raise BaseMissing(
            "A base that predicts noise (epsilon) has nothing to predict it from at zero SNR. Set "
            "STYLESEAL_PREDICTION_TYPE=v_prediction if it predicts velocity, or STYLESEAL_ZERO_SNR=false."
        )


def _load(source: Path, placement: Placement, say: Say) -> Any:
    if source.is_file():
        return load_checkpoint(source, placement.dtype)
    return load_folder(source, placement.dtype, say)


def _place(pipe: Any, placement: Placement, offload: bool) -> Movable | None:
    """Puts the base on its device, but for the text encoders where they are offloaded; gives those."""
    parts = [part for part in pipe.components.values() if isinstance(part, nn.Module)]
    for part in parts:
        part.requires_grad_(False).eval()
    if placement.narrow:
        narrow(getattr(pipe, denoiser_of(pipe)))
    texts = text_encoders_of(pipe)
    going = [part for part in parts if not (offload and part in texts)]
    if placement.device.type == "cuda":
        check_room(bytes_of(going), free_bytes(placement.device), placement, offload)
    try:
        for part in going:
            part.to(placement.device)
    except torch.OutOfMemoryError as error:
        raise BaseMissing(
            f"The base does not fit into the memory of {placement.device} in {placement.dtype_name}; free some of it, "
            "or choose a smaller base."
        ) from error
    pipe.set_progress_bar_config(disable=True)
    return Movable(texts, placement.device) if offload else None


def check_room(needed: int, free: int, placement: Placement, offload: bool) -> None:
    """Raises `BaseMissing` where the weights leave no room to paint, with what would help."""
    if needed * (1 + LEAST_ROOM) <= free:
        return
    helps = ["STYLESEAL_DTYPE=fp8 (the denoiser's weights in eight bits)"] if not placement.narrow else []
    helps += ["STYLESEAL_OFFLOAD=true (text encoders in the host's memory)"] if not offload else []
    raise BaseMissing(
        f"The base takes {needed / 2**30:.1f} GiB in {placement.dtype_name} and some more to paint, and "
        f"{placement.device} has {free / 2**30:.1f} GiB free. What helps: {', '.join([*helps, 'a smaller base'])}."
    )


def bytes_of(parts: Iterable[nn.Module]) -> int:
    """What their weights take."""
    return sum(tensor.nbytes for part in parts for tensor in (*part.parameters(), *part.buffers()))


def first_line(error: BaseException) -> str:
    line = (str(error).strip().splitlines() or [type(error).__name__])[0][:300].rstrip(". ")
    return f"{line}."
