"""What is exported is the same adapter: read back here, by diffusers and by LyCORIS."""

import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from lycoris.kohya import create_network_from_weights
from safetensors import safe_open
from torch import Tensor

from adapters.canonical import Adapter
from adapters.errors import StorageFailed
from adapters.export import Label, write
from adapters.hashes import hashes_of
from adapters.header import read_header
from adapters.metadata import said_in
from engine.adapter import read_adapter
from engine.base import Base
from protocol.errors import AdapterRefused, InvalidRequest
from tests.engine.makers import by_hand, lycoris_maker
from tests.engine.makers.made import Made, outputs_of, parts_of
from tests.engine.test_makers import bases

__all__ = ["bases"]
LABEL = Label(title="Ink", trigger="in sks style", family="sdxl", licence="CC0", credit="somebody")


def loaded(path: Path, base: Base) -> Adapter:
    return read_adapter(path, "0" * 64, base)


def locon(base: Base, folder: Path) -> Made:
    everywhere = (*by_hand.LINEAR, *by_hand.TEXT, *by_hand.CONVOLUTIONS)
    return by_hand.made(base, folder, by_hand.loras(base, everywhere), by_hand.bare)


def lora(base: Base, folder: Path) -> Made:
    return by_hand.made(base, folder, by_hand.loras(base), by_hand.diffusers_2023)


KINDS: dict[str, Callable[[Base, Path], Made]] = {
    "LoRA": lora,
    "LoCon": locon,
    "DoRA": lambda base, folder: lycoris_maker.made(base, folder, dora_wd=True),
    "DoRA by columns": lambda base, folder: lycoris_maker.made(base, folder, dora_wd=True, wd_on_output=False),
    "LoHa": lambda base, folder: lycoris_maker.made(base, folder, algo="loha", strength=0.5),
    "LoHa with Tucker": lambda base, folder: lycoris_maker.made(
        base, folder, algo="loha", use_tucker=True, strength=0.5, dora_wd=True
    ),
    "LoKr": lambda base, folder: lycoris_maker.made(base, folder, algo="lokr", factor=4, strength=0.3, dora_wd=True),
    "full": lambda base, folder: lycoris_maker.made(base, folder, algo="full", strength=0.05),
}


@pytest.mark.parametrize("family", ["sd1", "sdxl"])
@pytest.mark.parametrize("spelling", ["kohya", "diffusers"])
@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS.keys())
def test_a_round_trip_changes_no_number(
    bases: Mapping[str, Base], family: str, tmp_path: Path, make: Callable[[Base, Path], Made], spelling: str
) -> None:
    base = bases[family]
    adapter = loaded(make(base, tmp_path).path, base)
    if spelling == "diffusers" and make not in (lora, locon, KINDS["DoRA"]):
        with pytest.raises(AdapterRefused, match="as kohya spells it"):
            write(adapter, base.layers, spelling, LABEL, tmp_path / "out.safetensors")
        return
    write(adapter, base.layers, spelling, LABEL, tmp_path / "out.safetensors")
    again = loaded(tmp_path / "out.safetensors", base)
    assert again.components.keys() == adapter.components.keys()
    for component, modules in adapter.components.items():
        assert again.components[component].keys() == modules.keys()
        for name, change in modules.items():
            weight = torch.zeros(base.layers[f"{component}.{name}"].shape)
            other = again.components[component][name]
            assert (change.magnitude is None) == (other.magnitude is None)
            own = weight + 1.0
            difference = change.laid_over(own, own, 1.0) - other.laid_over(own, own, 1.0)
            assert float(difference.abs().max()) < 1e-6


def by_diffusers(base: Base, path: Path) -> dict[str, Tensor]:
    pipe = copy.deepcopy(base.pipe)
    pipe.load_lora_weights(path.parent, weight_name=path.name, use_safetensors=True)
    return outputs_of({name: getattr(pipe, name) for name in parts_of(base)})


@pytest.mark.parametrize("family", ["sd1", "sdxl"])
@pytest.mark.parametrize("spelling", ["kohya", "diffusers"])
def test_diffusers_reads_both_spellings_as_they_were_meant(
    bases: Mapping[str, Base], family: str, tmp_path: Path, spelling: str
) -> None:
    base = bases[family]
    made = lora(base, tmp_path)
    out = tmp_path / "out.safetensors"
    write(loaded(made.path, base), base.layers, spelling, LABEL, out)
    theirs = by_diffusers(base, out)
    for name, meant in made.outputs.items():
        assert float((theirs[name] - meant).abs().max()) < 1e-4, name


@pytest.mark.parametrize("kind", ["LoRA", "LoCon", "DoRA", "LoHa", "LoHa with Tucker", "LoKr", "full"])
def test_lycoris_reads_what_is_spelt_as_kohya_does(bases: Mapping[str, Base], tmp_path: Path, kind: str) -> None:
    base = bases["sd1"]
    made = KINDS[kind](base, tmp_path)
    out = tmp_path / "out.safetensors"
    write(loaded(made.path, base), base.layers, "kohya", LABEL, out)
    parts: dict[str, Any] = parts_of(base)
    network, _ = create_network_from_weights(1.0, str(out), None, parts["text_encoder"], parts["unet"])
    network.apply_to(parts["text_encoder"], parts["unet"], True, True)
    network.eval()
    theirs = outputs_of(parts)["unet"]
    assert float((theirs - made.outputs["unet"]).abs().max()) < 1e-4


def test_the_file_says_its_trigger_base_and_hashes(bases: Mapping[str, Base], tmp_path: Path) -> None:
    base = bases["sdxl"]
    out = tmp_path / "out.safetensors"
    write(loaded(lora(base, tmp_path).path, base), base.layers, "kohya", LABEL, out)
    header = read_header(out)
    said = said_in(header.metadata)
    assert [trigger.words for trigger in said.triggers] == ["in sks style"]
    assert (said.title, said.licence, said.author, said.base) == ("Ink", "CC0", "somebody", "sdxl_base_v1-0")
    assert header.metadata["styleseal.sha256"] == "0" * 64
    assert header.metadata["sshs_model_hash"] == hashes_of(out, header.length).data_sha256
    with safe_open(out, "pt") as file:
        assert any("input_blocks" in key for key in file.keys())  # noqa: SIM118


def test_a_spelling_that_there_is_not_is_refused(base: Base, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="kohya, diffusers"):
        write(Adapter("0" * 64, {}), base.layers, "mine", LABEL, tmp_path / "out.safetensors")


def test_a_place_that_cannot_be_written_is_a_sentence(base: Base, tmp_path: Path) -> None:
    adapter = loaded(lora(base, tmp_path).path, base)
    with pytest.raises(StorageFailed, match="could not be written"):
        write(adapter, base.layers, "kohya", LABEL, tmp_path / "absent" / "out.safetensors")
