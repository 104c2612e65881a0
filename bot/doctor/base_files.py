"""A base by its files: where they are, whether they are all there, and what they weigh. Nothing is loaded."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huggingface_hub import try_to_load_from_cache
from huggingface_hub.errors import HFValidationError

from adapters.families import Family
from bot.doctor import base_family
from bot.doctor.aside import aside
from bot.doctor.finding import Diagnosed, broken, warning
from bot.doctor.weights import Weights, read_weights

INDEX = "model_index.json"
_WEIGHTS = "*.safetensors"
_PASSED_OVER = {"safety_checker", "feature_extractor"}
_AGAIN = "Fetch the model again, whole."
_TAKES = (
    "STYLESEAL_BASE takes pocket, the path of a diffusers folder or .safetensors file, or the id of a model on the hub "
    "(owner/name)."
)


@dataclass(frozen=True, slots=True)
class BaseFiles:
    name: str
    path: Path
    pipeline: str
    """The class that diffusers paints with; empty for a checkpoint in one file."""
    size: int
    """Bytes of all weights that are loaded."""
    numbers: int
    family: Family | None
    """None for one that adapters cannot be told to fit, or not."""


async def look(base: str, pocket: Path) -> BaseFiles:
    """Raises `Diagnosed`."""
    return await aside(lambda: _look(base, pocket))


def _look(base: str, pocket: Path) -> BaseFiles:
    path = _find(base, pocket)
    if path.is_dir():
        return _folder(base, path)
    weights = read_weights(path)
    return BaseFiles(path.stem, path, "", weights.size, weights.numbers, base_family.of_checkpoint(weights.shapes))


def _find(base: str, pocket: Path) -> Path:
    """As the engine finds it, but that nothing is fetched."""
    path = pocket if base == "pocket" else Path(base).expanduser()
    if base == "pocket" and not path.is_dir():
        raise Diagnosed(broken(f"The pocket base is not at {path}.", "Install StyleSeal again."))
    if path.is_dir():
        return path
    if path.is_file():
        if path.suffix == ".safetensors":
            return path
        sentence = f"The base {path} is no .safetensors checkpoint; other kinds can run code, and are not loaded."
        raise Diagnosed(broken(sentence, _TAKES))
    if path.suffix == ".safetensors" or base.count("/") != 1 or base.startswith((".", "/", "~")):
        raise Diagnosed(broken(f"There is no base at {base}.", _TAKES))
    try:
        index = try_to_load_from_cache(base, INDEX)
    except HFValidationError as wrong:
        raise Diagnosed(broken(f"{base} is neither a path nor the id of a model on the hub.", _TAKES)) from wrong
    if not isinstance(index, str):
        sentence = f"The base {base} is not on this machine yet; the engine fetches it from the hub when it starts."
        raise Diagnosed(warning(sentence, "The first start needs the internet, free disk space and patience."))
    return Path(index).parent


def _folder(base: str, folder: Path) -> BaseFiles:
    index = _json(folder / INDEX)
    if not isinstance(index.get("_class_name"), str):
        raise Diagnosed(broken(f"{folder / INDEX} names no pipeline of diffusers.", _AGAIN))
    parts = [name for name, entry in index.items() if isinstance(entry, list) and len(entry) == 2 and entry[1]]
    weights: list[Weights] = []
    for name in sorted(set(parts) - _PASSED_OVER):
        if not (folder / name).is_dir():
            raise Diagnosed(broken(f"The base's folder {folder / name} is missing.", _AGAIN))
        weights += _part(folder / name)
    config = folder / "unet" / "config.json"
    family = base_family.of_config(_json(config)) if config.exists() else None
    size, numbers = sum(one.size for one in weights), sum(one.numbers for one in weights)
    return BaseFiles(folder.name if base != "pocket" else base, folder, index["_class_name"], size, numbers, family)


def _part(folder: Path) -> list[Weights]:
    """Its weights, if it is a part that has any."""
    for index in folder.glob("*.safetensors.index.json"):
        missing = [name for name in set(_json(index).get("weight_map", {}).values()) if not (folder / name).exists()]
        if missing:
            raise Diagnosed(broken(f"The base's folder {folder} lacks {min(missing)}.", _AGAIN))
    files = sorted(folder.glob(_WEIGHTS))
    halves = [path for path in files if ".fp16" in path.name]
    if len(halves) < len(files):  # the engine takes those only where there are no others
        files = [path for path in files if path not in halves]
    if not files and any(folder.glob("*.bin")):
        raise Diagnosed(broken(f"{folder} has weights in .bin files alone, which are not loaded.", _AGAIN))
    if not files and _is_model(folder):
        raise Diagnosed(broken(f"The base's folder {folder} has no weights (.safetensors).", _AGAIN))
    return [read_weights(path) for path in files]


def _is_model(folder: Path) -> bool:
    """Schedulers and tokenizers have settings of other names."""
    return (folder / "config.json").exists()


def _json(path: Path) -> Mapping[str, Any]:
    try:
        told = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as wrong:
        sentence = f"The folder {path.parent} is no diffusers model: it has no {path.name}."
        raise Diagnosed(broken(sentence, "Set STYLESEAL_BASE to the folder that has one.")) from wrong
    except (OSError, ValueError) as wrong:
        raise Diagnosed(broken(f"{path} is damaged: it is not JSON.", _AGAIN)) from wrong
    if not isinstance(told, dict):
        raise Diagnosed(broken(f"{path} is damaged: it does not hold what it should.", _AGAIN))
    return told
