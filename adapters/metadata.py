"""What a file says of itself in its header: only read to be shown and suggested, never acted upon.

Keys are those of sd-scripts (`ss_…`), of the model metadata specification (`modelspec.…`, Stability AI), and of what
OneTrainer and ai-toolkit add.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from adapters import words

JSON_CHARACTERS = 1 << 20
JSON_PARTS = 20_000
_FOLDER = re.compile(r"[0-9]+_(.+)")
_AGAIN = re.compile(r" \([0-9]+\)$")
"""What sd-scripts puts behind the name of a folder that it has already."""
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
    told = " ".join(_text(metadata, key) for key in ("ss_sd_model_name", "ss_base_model_version"))
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
    sides = re.findall(r"[0-9]{2,5}", _text(metadata, "modelspec.resolution", "ss_resolution"))
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
    """Each with its text. Pictures of regularisation are of everything but the style, so their words are left out."""
    yield "modelspec.trigger_phrase", metadata.get("modelspec.trigger_phrase", "")
    for subset in _subsets(_json(metadata, "ss_datasets")):
        if isinstance(tokens := subset.get("class_tokens"), str) and not subset.get("is_reg"):
            yield "class tokens", tokens
    tags = _counts(_json(metadata, "ss_tag_frequency"))
    pictures = _pictures(_json(metadata, "ss_dataset_dirs"))
    regular = _pictures(_json(metadata, "ss_reg_dataset_dirs"))
    folders = pictures or {folder: 0 for folder in tags if folder not in regular}
    for folder in folders:
        again = _AGAIN.sub("", folder)
        if (again == folder or again not in folders) and (named := _FOLDER.fullmatch(folder)) is not None:
            yield "folder name", named[1]
    for folder in folders:
        yield from _often(tags.get(folder, {}), pictures.get(folder, 0))


def _often(counts: Mapping[str, int], pictures: int) -> Iterator[tuple[str, str]]:
    """The tags that most of so many pictures have; 0 where nobody says how many there are."""
    most = pictures or max(counts.values(), default=0)
    if not pictures and most < 2:  # each is a caption of its own
        return
    source = "tag of nearly every picture" if pictures else "commonest tag"
    for tag in sorted(counts, key=lambda tag: -counts[tag])[: words.TRIGGERS]:
        if counts[tag] >= _OFTEN * most:
            yield source, tag


def _subsets(datasets: object) -> Iterator[Mapping[str, Any]]:
    for dataset in datasets if isinstance(datasets, list) else []:
        subsets = dataset.get("subsets") if isinstance(dataset, dict) else None
        yield from (one for one in subsets if isinstance(one, dict)) if isinstance(subsets, list) else ()


def _counts(value: object) -> dict[str, dict[str, int]]:
    """Tags with how many pictures have them, by folder."""
    folders = value if isinstance(value, dict) else {}
    return {
        folder: {tag: count for tag, count in tags.items() if _is_count(count)}
        for folder, tags in folders.items()
        if isinstance(tags, dict)
    }


def _pictures(value: object) -> dict[str, int]:
    folders = value if isinstance(value, dict) else {}
    counts = {name: folder.get("img_count") for name, folder in folders.items() if isinstance(folder, dict)}
    return {name: count for name, count in counts.items() if _is_count(count) and count > 0}


def _is_count(value: object) -> TypeGuard[int]:
    return type(value) is int and abs(value) < 2**31


def may_be_read(text: str) -> bool:
    """Whether JSON is so short, and of so few lists and objects, that reading it neither fills the memory nor lasts."""
    return 0 < len(text) <= JSON_CHARACTERS and text.count("[") + text.count("{") <= JSON_PARTS


def _json(metadata: Mapping[str, str], key: str) -> Any:
    """What the text is in JSON; None where it is none, or too much."""
    text = metadata.get(key, "")
    try:
        return json.loads(text) if may_be_read(text) else None
    except (ValueError, RecursionError):
        return None
