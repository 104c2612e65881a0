"""Which file is meant by a path: itself, or the one adapter in a folder."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from protocol.errors import AdapterRefused

USUAL = "pytorch_lora_weights.safetensors"
"""As diffusers names it."""


@contextmanager
def file_in(path: Path) -> Iterator[Path]:
    """Raises `AdapterRefused` for a folder with no adapter in it, or with several."""
    if not path.is_dir():
        yield path
        return
    from adapters.folder import compose, is_peft_folder  # loads torch

    if is_peft_folder(path):
        with tempfile.TemporaryDirectory(prefix="styleseal-") as place:
            composed = Path(place) / f"{path.name}.safetensors"
            compose(path, composed)
            yield composed
        return
    files = sorted(path.glob("*.safetensors"))
    usual = [file for file in files if file.name == USUAL]
    if len(usual or files) != 1:
        listed = ", ".join(file.name for file in files[:5])
        has = f"{len(files)} .safetensors files ({listed}{', …' if len(files) > 5 else ''}); name one of them"
        raise AdapterRefused(f"The folder {path} has {has if files else 'no .safetensors file in it'}.")
    yield (usual or files)[0]
