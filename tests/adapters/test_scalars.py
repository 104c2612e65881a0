"""Single numbers are read out of a file in every format it may have them in."""

import json
import struct
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from adapters.header import read_header
from adapters.scalars import _e4m3, read_scalars
from protocol.errors import AdapterRefused

DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "F8_E4M3": torch.float8_e4m3fn,
    "F8_E5M2": torch.float8_e5m2,
    "I64": torch.int64,
    "I32": torch.int32,
}


@pytest.mark.parametrize("value", [1.0, 16.0, 0.0, -4.0, 0.3])
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_number_is_what_torch_reads(tmp_path: Path, dtype: str, value: float) -> None:
    path = tmp_path / "a.safetensors"
    tensor = torch.tensor(value).to(DTYPES[dtype])
    save_file({"a.alpha": tensor, "a.one": tensor.clone().reshape(1), "b": torch.ones(3)}, path)
    header = read_header(path)
    assert header.tensors["a.alpha"].dtype == dtype
    assert read_scalars(path, header, header.tensors) == {"a.alpha": float(tensor), "a.one": float(tensor)}


def test_all_numbers_of_eight_bits_are_what_torch_reads() -> None:
    theirs = torch.arange(256, dtype=torch.uint8).view(torch.float8_e4m3fn).float()
    ours = torch.tensor([_e4m3(byte) for byte in range(256)])
    assert torch.equal(theirs.isnan(), ours.isnan())
    assert torch.equal(theirs.nan_to_num(), ours.nan_to_num())


@pytest.mark.parametrize("dtype", ["F32", "F16", "BF16", "F8_E4M3"])
def test_a_file_that_went_or_was_cut_meanwhile_is_refused(tmp_path: Path, dtype: str) -> None:
    path = tmp_path / "a.safetensors"
    save_file({"a.alpha": torch.tensor(1.0).to(DTYPES[dtype])}, path)
    header = read_header(path)
    path.write_bytes(path.read_bytes()[: header.length])
    with pytest.raises(AdapterRefused, match="cannot be read any more"):
        read_scalars(path, header, ["a.alpha"])
    path.unlink()
    with pytest.raises(AdapterRefused, match="cannot be read any more"):
        read_scalars(path, header, ["a.alpha"])


def test_only_the_numbers_asked_for_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    entries = {name: {"dtype": "F32", "shape": [], "data_offsets": [4 * n, 4 * n + 4]} for n, name in enumerate("ab")}
    text = json.dumps(entries).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + struct.pack("<ff", 1.0, 2.0))
    assert read_scalars(path, read_header(path), ["b"]) == {"b": 2.0}
