"""Knows a base by its bytes: the same files give the same fingerprint under any path.

Only what is loaded counts, so that a folder fetched whole and one fetched in part are the same base.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.folder import INDEX, parts_of, read_index, variant_of

READ = (".json", ".txt", ".model")
"""What decides how a base paints, besides its weights: settings and vocabularies."""
WEIGHTS = re.compile(r"(?:diffusion_pytorch_)?model(?:\.(\w+))?(?:-\d+-of-\d+)?\.safetensors")
SHARD_LIST = re.compile(r".*\.index(?:\.\w+)?\.json")
"""Where each weight lies; the weights themselves are counted."""
LEFT_OUT = ("safety_checker", "feature_extractor")


def fingerprint(source: Path, changes: Mapping[str, Any] | None = None) -> str:
    """SHA-256 in hex of a checkpoint, or of the names and contents of a folder's files.

    `changes` are what the operator changed of it, its noise schedule or autoencoder, which makes it another base.
    """
    own = file_sha256(source) if source.is_file() else _folder_sha256(source)
    if not changes:
        return own
    return hashlib.sha256(f"{own} {json.dumps(changes, sort_keys=True)}".encode()).hexdigest()


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folder_sha256(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(deciding(folder)):
        whole.update(f"{path.relative_to(folder).as_posix()} {file_sha256(path)}\n".encode())
    return whole.hexdigest()


def deciding(folder: Path) -> Iterator[Path]:
    """The files of a diffusers folder that are loaded."""
    yield folder / INDEX
    for name, kind in parts_of(read_index(folder)).items():
        part = folder / name
        if kind is None or name in LEFT_OUT or not part.is_dir():
            continue
        variant = variant_of(part)
        for path in part.iterdir():
            if weights := WEIGHTS.fullmatch(path.name):
                loaded = weights[1] == variant
            else:
                loaded = path.suffix in READ and SHARD_LIST.fullmatch(path.name) is None
            if loaded:
                yield path
