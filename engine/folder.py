"""Loads a diffusers folder part by part, and refuses one with weights missing.

Left to themselves, diffusers and transformers fill what is missing with random numbers and only warn of it.
"""

import importlib
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers
import torch
from diffusers import AutoPipelineForText2Image
from torch import nn

from protocol.errors import BaseMissing

INDEX = "model_index.json"
LIBRARIES = ("diffusers", "transformers")
WEIGHTS = "*.safetensors"
VOCABULARIES = ({"tokenizer.json"}, {"vocab.json", "merges.txt"}, {"vocab.txt"})
"""Any of these sets of files makes a tokenizer, and so does one of sentencepiece's or tiktoken's."""
BINARY = (".model", ".tiktoken")
HALF = "fp16"


def load_folder(folder: Path, dtype: torch.dtype, say: Callable[[str], None]) -> Any:
    """The text-to-image pipeline in that folder. `say` hears of each part before it is loaded.

    Raises `BaseMissing`, or whatever diffusers raises, where the folder cannot be loaded whole.
    """
    index = read_index(folder)
    check_vocabularies(folder, index)
    options: dict[str, Any] = {}
    for name, kind in parts_of(index).items():
        if kind is None:
            options[name] = None
        elif isinstance(kind, type) and issubclass(kind, nn.Module):
            say(f"Loading the base's {name.replace('_', ' ')}.")
            options[name] = load_part(kind, folder / name, dtype)
    if "requires_safety_checker" in inspect.signature(pipeline_class(index)).parameters:
        # Only Stable Diffusion's pipelines have a checker, which the operator's filter stands in for.
        options |= {"safety_checker": None, "requires_safety_checker": False}
    return AutoPipelineForText2Image.from_pretrained(folder, dtype=dtype, local_files_only=True, **options)


def read_index(folder: Path) -> dict[str, Any]:
    """Raises `BaseMissing` where the folder is not one that diffusers wrote."""
    try:
        index = json.loads((folder / INDEX).read_text("utf-8"))
    except FileNotFoundError as error:
        raise BaseMissing(
            f"The folder {folder} is no diffusers model: it has no {INDEX}. Name the folder that has one, or a "
            ".safetensors file."
        ) from error
    except ValueError as error:
        raise BaseMissing(f"The file {folder / INDEX} is damaged: it is not JSON. Fetch the model again.") from error
    if not isinstance(index, dict) or not isinstance(index.get("_class_name"), str):
        raise BaseMissing(f"The file {folder / INDEX} names no pipeline of diffusers.")
    return index


def pipeline_class(index: dict[str, Any]) -> type:
    """Raises `BaseMissing` where diffusers has no such pipeline."""
    found = getattr(diffusers, index["_class_name"], None)
    if not isinstance(found, type):
        raise BaseMissing(
            f"The base is a {index['_class_name']}, which diffusers {diffusers.__version__} does not know; "
            "a newer StyleSeal may."
        )
    return found


def parts_of(index: dict[str, Any]) -> dict[str, object]:
    """The pipeline's parts: a class where it is a model's, None where there is none, another object otherwise."""
    parts: dict[str, object] = {}
    for name, entry in index.items():
        if name.startswith("_") or not isinstance(entry, list) or len(entry) != 2:
            continue
        library, kind = entry
        known = importlib.import_module(library) if library in LIBRARIES else None
        parts[name] = None if kind is None else getattr(known, str(kind), entry)
    return parts


def check_vocabularies(folder: Path, index: dict[str, Any]) -> None:
    """Raises `BaseMissing` where a tokenizer's files are missing: transformers would make an empty one of its own."""
    for name, kind in parts_of(index).items():
        if name.startswith("tokenizer") and kind is not None:
            there = {path.name for path in (folder / name).glob("*")}
            if not any(need <= there for need in VOCABULARIES) and not any(Path(f).suffix in BINARY for f in there):
                raise BaseMissing(
                    f"The base's folder {folder / name} has no vocabulary; fetch its .json and .txt files again, whole."
                )


def load_part(kind: Any, folder: Path, dtype: torch.dtype) -> nn.Module:
    """One model, all of whose weights are in its folder."""
    if not folder.is_dir():
        raise BaseMissing(f"The base's folder {folder} is missing; fetch the model again, whole.")
    variant = variant_of(folder)
    options = {"variant": variant} if variant else {}
    model, info = kind.from_pretrained(
        folder, dtype=dtype, use_safetensors=True, local_files_only=True, output_loading_info=True, **options
    )
    if missing := sorted(info["missing_keys"]):
        raise BaseMissing(
            f"The base's folder {folder} lacks {len(missing)} of its weights, {missing[0]} among them; fetch the model "
            "again, whole."
        )
    return model  # type: ignore[no-any-return]


def variant_of(folder: Path) -> str | None:
    """fp16 where a part was published in half precision alone."""
    names = [path.name for path in folder.glob(WEIGHTS)]
    return HALF if names and all(f".{HALF}" in name for name in names) else None
