import io
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.header import Header, TensorEntry, header_of, read_header
from protocol.errors import AdapterRefused
from tests.adapters.files import entry, safetensors, tiny_adapter


def read(data: bytes) -> Header:
    return header_of(io.BytesIO(data), len(data))


def refusal(data: bytes) -> str:
    with pytest.raises(AdapterRefused) as caught:
        read(data)
    return caught.value.sentence


def test_a_sound_file_is_read_without_its_data(tmp_path: Path) -> None:
    path = tmp_path / "sks.safetensors"
    path.write_bytes(tiny_adapter(5))
    header = read_header(path)
    assert header.tensors["unet.x.lora_A.weight"] == TensorEntry("F32", (1, 4), 0, 16)
    assert header.metadata == {"seed": "5"}
    assert header.length + 32 == path.stat().st_size


def test_a_scalar_and_padding_after_the_header_are_fine() -> None:
    text = json.dumps({"a.alpha": entry(0, ()), "a.b": entry(4, (2,), "F16", 2)}).encode() + b"   "
    assert read(safetensors(text, bytes(8))).tensors["a.alpha"].shape == ()


@pytest.mark.parametrize("length", [0x80, 0x280, 0x4B50])
def test_a_header_whose_length_begins_as_a_pickle_or_a_zip_does_is_fine(length: int) -> None:
    text = json.dumps({"a": entry()}).encode().ljust(length)
    assert list(read(safetensors(text, bytes(24))).tensors) == ["a"]


def test_a_file_that_is_not_there_is_refused_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(AdapterRefused, match=r"none\.safetensors cannot be read: No such file"):
        read_header(tmp_path / "none.safetensors")


ONE = {"a": entry()}
DATA = bytes(24)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a .safetensors"),
        (b"\x05\0\0", "not a .safetensors"),
        (b"PK\x03\x04 a zip of pickles", "not a .safetensors"),
        (b"\x80\x02}q\x00. a pickle", "not a .safetensors"),
        (b"<!DOCTYPE html><html>", "header would be"),
        (safetensors(b"{"), "header would be 1 bytes"),
        ((2**63).to_bytes(8, "little") + b"{}", "header would be"),
        ((8 * 2**20 + 1).to_bytes(8, "little") + b"{" + bytes(9 * 2**20), "header would be"),
        ((100).to_bytes(8, "little") + b"{}", "ends before its header"),
        (safetensors(b" {}"), "begin with {"),
        (safetensors(b"[]"), "begin with {"),
        (safetensors({}), "no tensors"),
        (safetensors({"__metadata__": {"a": "b"}}), "no tensors"),
        (safetensors(b"{not json}"), "not JSON"),
        (safetensors(b'{"a": "\xff"}'), "not JSON"),
        (safetensors(b'{"a":' + b"1" * 5000 + b"}"), "not JSON"),
        (safetensors(b'{"a":' + b"[" * 30_000), "not JSON"),
        (safetensors(b'{"a":{"dtype":"F32"},"a":{}}'), "the same thing twice"),
        (safetensors(b'{"a":{"dtype":"F32","dtype":"F16"}}'), "the same thing twice"),
        (safetensors({f"t{i}": entry(4 * i, (1,)) for i in range(20_001)}, bytes(80_004)), "too many entries"),
        (safetensors(b"{" + b'"a":0,' * 1_000_000 + b'"b":0}'), "too many entries"),
        (safetensors(b'{"a":[' + b"0," * 1_000_000 + b"0]}"), "too many entries"),
        (safetensors(b'{"a":' + b"[" * 1_000_000), "too many entries"),
        (safetensors(b"{" + b'"a\\\\":0,' * 500_000 + b'"b":0}'), "too many entries"),
        (safetensors(ONE | {"__metadata__": {"a": 1}}, DATA), "metadata is more than text"),
        (safetensors(ONE | {"__metadata__": "a"}, DATA), "metadata is more than text"),
        (safetensors(ONE | {"__metadata__": {"a": {"b": "c"}}}, DATA), "metadata is more than text"),
        (safetensors(ONE | {"__metadata__": {str(i): "" for i in range(1001)}}, DATA), "more than 1000"),
        (safetensors({"": entry()}, DATA), "named ''"),
        (safetensors({"x" * 257: entry()}, DATA), "is named"),
        (safetensors({"../../etc/passwd": entry()}, DATA), "is named"),
        (safetensors({"a\n": entry()}, DATA), "is named"),
        (safetensors({"a": 5}, DATA), "as a tensor"),
        (safetensors({"a": entry() | {"code": "x"}}, DATA), "as a tensor"),
        (safetensors({"a": {"dtype": "F32", "shape": [2, 3]}}, DATA), "as a tensor"),
        (safetensors({"a": entry(dtype="U8")}, DATA), "of type 'U8'"),
        (safetensors({"a": entry() | {"dtype": ["F32"]}}, DATA), "of type a list"),
        (safetensors({"a": entry() | {"shape": "2x3"}}, DATA), "the shape of a"),
        (safetensors({"a": entry(shape=(0,))}), "the shape of a"),
        (safetensors({"a": entry(shape=(65_537,))}), "the shape of a"),
        (safetensors({"a": entry() | {"shape": [1] * 9}}, DATA), "the shape of a"),
        (safetensors({"a": entry() | {"shape": [2.0, 3]}}, DATA), "the shape of a"),
        (safetensors({"a": entry() | {"shape": [True, 3]}}, DATA), "the shape of a"),
        (safetensors({"a": entry() | {"shape": [-2, -3]}}, DATA), "the shape of a"),
        (safetensors({"a": entry() | {"data_offsets": [0]}}, DATA), "the place of a"),
        (safetensors({"a": entry() | {"data_offsets": [-24, 0]}}, DATA), "the place of a"),
        (safetensors({"a": entry() | {"data_offsets": [0, 23]}}, DATA), "does not fit its shape"),
        (safetensors({"a": entry() | {"data_offsets": [24, 0]}}, DATA), "does not fit its shape"),
        (safetensors({"a": entry(), "b": entry()}, DATA), "overlap or leave gaps"),
        (safetensors({"a": entry(), "b": entry(28)}, bytes(52)), "overlap or leave gaps"),
        (safetensors({"a": entry(4)}, bytes(28)), "overlap or leave gaps"),
        (safetensors(ONE, DATA[:-1]), "ends before its tensors"),
        (safetensors(ONE, DATA + b"x"), "something behind its tensors"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_hostile_header_is_refused_in_a_sentence_and_quickly(data: bytes, said: str) -> None:
    began = time.process_time()
    sentence = refusal(data)
    assert said in sentence
    assert len(sentence) < 300
    assert time.process_time() - began < 2


@pytest.mark.parametrize("filler", [b'\\"', b'"', b"\\", b'\\\\"', b'"a":', b"{"])
def test_no_text_makes_counting_slow(filler: bytes) -> None:
    text = (b'{"' + filler * (8 * 2**20 // len(filler)))[: 8 * 2**20]
    began = time.process_time()
    refusal(safetensors(text))
    assert time.process_time() - began < 5


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.sampled_from(["F32", "BF16"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
almost_entries = st.fixed_dictionaries({"dtype": json_values, "shape": json_values, "data_offsets": json_values})


@given(
    st.dictionaries(st.sampled_from(["a", "b", "__metadata__"]), json_values | almost_entries), st.binary(max_size=40)
)
def test_no_header_ends_in_anything_but_a_refusal_or_sound_tensors(header: Any, data: bytes) -> None:
    try:
        found = read(safetensors(header, data))
    except AdapterRefused:
        return
    assert sum(tensor.end - tensor.start for tensor in found.tensors.values()) == len(data)


@given(st.binary(max_size=200))
def test_no_bytes_end_in_anything_but_a_refusal(data: bytes) -> None:
    refusal(data)
    refusal(safetensors(b"{" + data))
