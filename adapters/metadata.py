"""What a file says of itself in its header: only read to be shown and suggested, never acted upon.

Keys are those of sd-scripts (`ss_…`), of the model metadata specification (`modelspec.…`, Stability AI), and of what
OneTrainer and ai-toolkit add.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adapters import words

JSON_CHARACTERS = 1 << 20
_FOLDER = re.compile(r"\d+_(.+)")
_OFTEN = 0.9
_DESCENDANTS = ("pony", "illustrious", "noob", "animagine", "turbo", "lightning")
_MAKERS = (
    ("ot_branch", "OneTrainer"),
    ("ot_revision", "OneTrainer"),
    ("ss_network_module", "sd-scripts"),
    ("ss_network_dim", "sd-scripts"),
    ("lora_adapter_metadata", "diffusers"),
)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A candidate; `source` says where in the file it is from."""

    words: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Everything is empty where the file does not say it."""

    title: str
    author: str
    licence: str
    maker: str
    base: str
    """The base it was trained on, in its maker's words."""
    descendant: str
    """Which of SDXL's descendants (Pony, Illustrious …) that base is: their shapes are all the same."""
    resolution: str
    prediction_type: str
    triggers: tuple[Trigger, ...]
    """In the order in which they are worth suggesting."""


def said_in(metadata: Mapping[str, str]) -> Said:
    base = _text(metadata, "ss_sd_model_name", "ss_base_model_version", "modelspec.architecture")
    told = " ".join(_text(metadata, key) for key in ("ss_sd_model_name", "ss_base_model_version", "modelspec.title"))
    return Said(
        title=_text(metadata, "modelspec.title", "ss_output_name"),
        author=_text(metadata, "modelspec.author"),
        licence=_text(metadata, "modelspec.license"),
        maker=_maker(metadata),
        base=base,
        descendant=next((name for name in _DESCENDANTS if name in told.casefold()), ""),
        resolution=_resolution(metadata),
        prediction_type=_prediction(metadata),
        triggers=tuple(_triggers(metadata)),
    )


def _text(metadata: Mapping[str, str], *keys: str) -> str:
    """The first that says something."""
    texts = (words.line(metadata.get(key)) for key in keys)
    return next((text for text in texts if text and text != "None"), "")


def _maker(metadata: Mapping[str, str]) -> str:
    if metadata.get("ss_network_module", "").startswith("lycoris"):
        return "LyCORIS"
    software = _json(metadata, "software")
    if isinstance(software, dict) and isinstance(software.get("name"), str):
        return words.line(software["name"])
    return next((maker for key, maker in _MAKERS if key in metadata), "")


def _resolution(metadata: Mapping[str, str]) -> str:
    sides = re.findall(r"\d{2,5}", _text(metadata, "modelspec.resolution", "ss_resolution"))
    return "x".join((sides * 2)[:2]) if sides else ""


def _prediction(metadata: Mapping[str, str]) -> str:
    told = _text(metadata, "modelspec.prediction_type")
    if told in ("v", "v_prediction"):
        return "v_prediction"
    return "epsilon" if told == "epsilon" else ""


def _triggers(metadata: Mapping[str, str]) -> list[Trigger]:
    found: dict[str, Trigger] = {}
    for source, text in _sources(metadata):
        for phrase in words.triggers([text]):
            found.setdefault(phrase.casefold(), Trigger(phrase, source))
    return list(found.values())[: words.TRIGGERS]


def _sources(metadata: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each with its text."""
    yield "modelspec.trigger_phrase", metadata.get("modelspec.trigger_phrase", "")
    datasets = _json(metadata, "ss_datasets")
    for dataset in datasets if isinstance(datasets, list) else []:
        subsets = dataset.get("subsets") if isinstance(dataset, dict) else None
        for subset in subsets if isinstance(subsets, list) else []:
            tokens = subset.get("class_tokens") if isinstance(subset, dict) else None
            yield "class tokens", tokens if isinstance(tokens, str) else ""
    folders = _counts(_json(metadata, "ss_tag_frequency"))
    pictures = _pictures(_json(metadata, "ss_dataset_dirs"))
    for folder in dict.fromkeys([*pictures, *folders]):
        if (named := _FOLDER.fullmatch(folder)) is not None:
            yield "folder name", named[1]
    for folder, tags in folders.items():
        most = pictures.get(folder) or max(tags.values(), default=0)
        for tag, count in sorted(tags.items(), key=lambda item: -item[1])[: words.TRIGGERS]:
            if most and count >= _OFTEN * most:
                yield "tag of nearly every picture", tag


def _counts(value: object) -> dict[str, dict[str, int]]:
    """Tags with how many pictures have them, by folder."""
    folders = value if isinstance(value, dict) else {}
    return {
        folder: {tag: count for tag, count in tags.items() if type(count) is int}
        for folder, tags in folders.items()
        if isinstance(tags, dict)
    }


def _pictures(value: object) -> dict[str, int]:
    folders = value if isinstance(value, dict) else {}
    counts = {name: folder.get("img_count") for name, folder in folders.items() if isinstance(folder, dict)}
    return {name: count for name, count in counts.items() if type(count) is int}


def _json(metadata: Mapping[str, str], key: str) -> Any:
    """What the text is in JSON; None where it is none, or so long that it could fill the memory."""
    text = metadata.get(key, "")
    try:
        return json.loads(text) if 0 < len(text) <= JSON_CHARACTERS else None
    except (ValueError, RecursionError):
        return None
