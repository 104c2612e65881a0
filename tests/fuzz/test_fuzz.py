"""Whatever bytes a stranger sends as an adapter: they are taken or refused, soon, and in little memory."""

import random
from collections import Counter
from pathlib import Path

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters import reading
from adapters.layers import Layer
from adapters.names import Names
from tests.adapters.files import safetensors
from tests.fuzz.grammar import file_of
from tests.fuzz.targets import BYTES, SECONDS, check, header, wide_reading
from tests.fuzz.worst import DENSE, LARGE, of_modules

SEEDS = sorted((Path(__file__).parent / "seeds").glob("*.safetensors"))


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.stem)
def test_no_kept_file_breaks_a_promise(seed: Path) -> None:
    check(seed.read_bytes())


@settings(max_examples=400, derandomize=True)
@given(st.binary(max_size=400))
def test_no_nearly_sound_file_breaks_a_promise(stream: bytes) -> None:
    check(file_of(stream))


@settings(max_examples=300, derandomize=True)
@given(st.binary(max_size=400), st.binary(max_size=100))
@example(b"", b"")
def test_no_bytes_break_a_promise(text: bytes, data: bytes) -> None:
    check(text + data)
    check(safetensors(b"{" + text, data))


@pytest.mark.parametrize("name", LARGE)
def test_no_large_header_breaks_a_promise(name: str) -> None:
    data = LARGE[name]()
    cost = header(data)
    assert cost.seconds < SECONDS
    assert cost.bytes < BYTES + len(data)


@pytest.mark.parametrize("name", DENSE)
def test_no_small_file_becomes_a_large_adapter(name: str) -> None:
    data = DENSE[name]()
    cost = wide_reading(data)
    assert cost.seconds < SECONDS
    assert cost.bytes < BYTES + len(data)


def test_the_grammar_makes_files_that_are_taken_and_files_that_are_refused() -> None:
    chance = random.Random(0)
    taken: Counter[str] = Counter()
    for _ in range(100):
        costs = check(file_of(chance.randbytes(chance.choice((4, 20, 60)))))
        taken.update(name for name, cost in costs.items() if cost.taken)
    assert 50 < taken["header"] < 100
    assert 5 < taken["read for narrow layers"] < 50
    assert taken["read for wide layers"] > 5


LINEAR = Layer(12, 8)
DENSE_OF_A_MATRIX = {
    "LoHa": {"hada_w1_a": (8, 2), "hada_w1_b": (2, 12), "hada_w2_a": (8, 2), "hada_w2_b": (2, 12)},
    "LoKr of one factored matrix": {"lokr_w1": (2, 3), "lokr_w2_a": (4, 1), "lokr_w2_b": (1, 4)},
    "LoKr of two factored matrices": {
        "lokr_w1_a": (2, 1),
        "lokr_w1_b": (1, 3),
        "lokr_w2_a": (4, 1),
        "lokr_w2_b": (1, 4),
    },
    "LoKr with a core": {"lokr_w1": (2, 3), "lokr_w2_a": (1, 4), "lokr_w2_b": (1, 4), "lokr_t2": (1, 1)},
}


@pytest.mark.parametrize("kind", DENSE_OF_A_MATRIX)
def test_a_change_that_stays_as_it_is_for_want_of_room_is_the_same_change(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "dense.safetensors"
    data = of_modules({"unet.x": DENSE_OF_A_MATRIX[kind] | {"alpha": ()}}, dtype="F32")
    length = 8 + int.from_bytes(data[:8], "little")
    numbers = torch.rand((len(data) - length) // 4, generator=torch.Generator().manual_seed(0)) + 0.5
    file.write_bytes(data[:length] + numbers.numpy().tobytes())
    names = Names({"unet.x": LINEAR})
    weight = torch.zeros(LINEAR.shape)
    as_lora = reading.read_adapter(file, "0" * 64, names, "narrow")
    as_it_is = reading.read_adapter(file, "0" * 64, names, "narrow", -1)
    assert as_it_is.plain() is None
    (one, other) = (adapter.components["unet"]["x"].delta(weight) for adapter in (as_lora, as_it_is))
    assert torch.allclose(one, other, atol=1e-6)
