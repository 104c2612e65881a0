"""Adapter files for tests, written byte by byte."""

import hashlib
import json
from pathlib import Path
from typing import Any


def safetensors(header: Any, data: bytes = b"") -> bytes:
    """A file with this header (anything JSON, or the bytes themselves) and this data, whether they fit or not."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def entry(start: int = 0, shape: tuple[int, ...] = (2, 3), dtype: str = "F32", size: int = 4) -> dict[str, Any]:
    end = start + size
    for dim in shape:
        end = start + (end - start) * dim
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [start, end]}


def tiny_adapter(seed: int = 0) -> bytes:
    """A sound file of one LoRA pair of rank 1, different for each seed."""
    header = {
        "__metadata__": {"seed": str(seed)},
        "unet.x.lora_A.weight": entry(0, (1, 4)),
        "unet.x.lora_B.weight": entry(16, (4, 1)),
    }
    return safetensors(header, bytes(32))


def write_styles(folder: Path, *names: str, **fields: Any) -> dict[str, str]:
    """A folder of styles, each with an adapter of its own; gives the hash of each."""
    folder.mkdir(parents=True, exist_ok=True)
    styles, hashes = [], {}
    for number, name in enumerate(names):
        data = tiny_adapter(number + sum(name.encode()))
        (folder / f"{name}.safetensors").write_bytes(data)
        hashes[name] = hashlib.sha256(data).hexdigest()
        own = {"title": name.title(), "trigger": f"in {name} style", "weight": 1.0, "licence": "CC0", "credit": "us"}
        place = {"name": name, "file": f"{name}.safetensors", "sha256": hashes[name]}
        styles.append(own | place | fields)
    (folder / "styles.json").write_text(json.dumps({"styles": styles}), "utf-8")
    return hashes
