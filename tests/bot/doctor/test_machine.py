"""The base by its files, and what the machine has for it."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from bot.doctor import memory, versions
from bot.doctor.base_files import BaseFiles, look
from bot.doctor.finding import Mark
from bot.doctor.gpu import findings as of_gpu
from bot.doctor.gpu_probe import Card, Torch
from bot.doctor.memory import Room
from pocket.location import BASE
from tests.bot.doctor.visits import case, the_one

NO_GPU = Torch("2.13.0", "", (), 0, apple=False)
A_CARD = Card("RTX 3060", free=10 * 2**30, total=12 * 2**30, capability=86)


async def test_the_embedded_base_is_whole_and_known(data: Path) -> None:
    base = await look("pocket", BASE)
    assert base.family is not None
    assert base.family.key == "pocket"
    assert base.size > base.numbers > 10**6


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda base: (base / "model_index.json").unlink(), "has no model_index.json"),
        (lambda base: (base / "model_index.json").write_text("{"), "is not JSON"),
        (lambda base: shutil.rmtree(base / "vae"), "vae is missing"),
        (lambda base: next((base / "vae").glob("*.safetensors")).unlink(), "has no weights"),
        (lambda base: cut(next((base / "unet").glob("*.safetensors"))), "is cut off"),
        (lambda base: next((base / "unet").glob("*.safetensors")).write_bytes(b"rubbish!!"), "is damaged"),
        (lambda base: next((base / "unet").glob("*.safetensors")).write_bytes(POINTER), "Git LFS"),
    ],
)
async def test_a_base_that_is_not_whole_is_told_apart(data: Path, tmp_path: Path, spoil: Any, told: str) -> None:
    shutil.copytree(BASE, tmp_path / "base")
    spoil(tmp_path / "base")
    finding = await the_one(case(data, base=str(tmp_path / "base")), "base")
    assert finding.mark is Mark.BROKEN
    assert told in finding.sentence


POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(("base", "mark"), [("./nowhere", Mark.BROKEN), ("nobody/has-this-model", Mark.WARNING)])
async def test_a_base_that_is_nowhere_is_broken_and_one_of_the_hub_is_fetched_later(
    data: Path, base: str, mark: Mark
) -> None:
    assert (await the_one(case(data, base=base), "base")).mark is mark


def test_without_a_gpu_it_paints_on_the_cpu_slowly() -> None:
    (finding,) = of_gpu(NO_GPU, "auto", driver=False)
    assert finding.mark is Mark.WARNING
    assert finding.sentence.endswith("it paints on the CPU, slowly.")


def test_a_driver_beside_a_torch_for_cpus_is_explained() -> None:
    (finding,) = of_gpu(NO_GPU, "auto", driver=True)
    assert "built for CPUs alone" in finding.todo


def test_a_gpu_is_shown_with_its_memory_and_a_device_that_is_not_there_is_broken() -> None:
    torch = Torch("2.13.0", "CUDA", (A_CARD,), 75, apple=False)
    (well,) = of_gpu(torch, "auto", driver=True)
    assert (well.mark, "RTX 3060, 10.0 GiB of 12.0 GiB" in well.sentence) == (Mark.OK, True)
    wrong = next(iter(of_gpu(torch, "cuda:1", driver=True)))
    assert (wrong.mark, "cuda:0" in wrong.todo) == (Mark.BROKEN, True)


def test_a_gpu_that_torch_was_not_built_for_is_broken() -> None:
    (finding,) = of_gpu(
        Torch("2.13.0", "CUDA", (replace(A_CARD, capability=61),), 75, apple=False), "auto", driver=True
    )
    assert (finding.mark, "too old" in finding.sentence) == (Mark.BROKEN, True)


def test_a_base_larger_than_the_memory_is_broken_and_one_larger_than_what_is_free_a_warning() -> None:
    base = BaseFiles("base", Path("base"), "", 7 * 10**9, 3_500_000_000, None)
    needed = memory.weight(base, "cuda", "auto")
    assert (needed, memory.weight(base, "cpu", "auto")) == (7 * 10**9, 14 * 10**9)
    rooms = [Room(10**10, 10**11), Room(10**9, 10**11), Room(10**9, 10**9)]
    marks = [next(iter(memory.findings(needed, "cpu", room, None))).mark for room in rooms]
    assert marks == [Mark.OK, Mark.WARNING, Mark.BROKEN]


def test_a_gpu_too_small_is_told_with_what_helps() -> None:
    _, finding = memory.findings(7 * 10**9, "cuda", Room(10**11, 10**11), Room(6 * 10**9, 6 * 10**9))
    assert finding.mark is Mark.BROKEN
    assert "STYLESEAL_DTYPE=fp8" in finding.todo


def test_a_container_has_as_much_memory_as_it_may_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_CGROUP", tmp_path)
    assert memory.main_memory().total == psutil.virtual_memory().total
    (tmp_path / "memory.max").write_text("1000\n")
    (tmp_path / "memory.current").write_text("400\n")
    assert memory.main_memory() == Room(600, 1000)


def test_libraries_below_their_floors_and_missing_ones_are_told() -> None:
    needed = ["discord.py>=99.1", "torch>=2", "no-such-thing>=1.0", "nor-this>=1; extra == 'dev'", "rich>=15.0.0.0"]
    said = list(versions.problems(needed, ">=3.11", "3.10.2"))
    assert len(said) == 3
    assert said[0] == "This is Python 3.10.2, and StyleSeal needs 3.11 or newer."
    assert said[1].startswith("discord.py is ")
    assert said[2].startswith("no-such-thing is not installed")
