"""The safety checker by its files, where one is set."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.doctor.case import Case
from bot.doctor.finding import Mark
from tests.bot.doctor.visits import case, found


def screened(data: Path, folder: Path) -> Case:
    plain = case(data)
    assert plain.engine is not None
    return replace(plain, engine=replace(plain.engine, safety_checker=folder))


@pytest.mark.parametrize("apart", [False, True])
async def test_a_safety_checker_that_is_there_is_told(tmp_path: Path, apart: bool) -> None:
    checker, processor = tmp_path, tmp_path
    if apart:
        checker, processor = tmp_path / "safety_checker", tmp_path / "feature_extractor"
        checker.mkdir()
        processor.mkdir()
    for path in (checker / "config.json", checker / "model.safetensors", processor / "preprocessor_config.json"):
        path.touch()
    _, told = await found(screened(tmp_path / "data", tmp_path), "base")
    assert (told.mark, "is looked at" in told.sentence) == (Mark.OK, True)


async def test_one_that_is_not_whole_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "config.json").touch()
    _, told = await found(screened(tmp_path / "data", tmp_path), "base")
    assert told.mark is Mark.BROKEN
    assert "preprocessor_config.json" in told.sentence
    assert "*.safetensors" in told.sentence
    assert "STYLESEAL_SAFETY_CHECKER" in told.todo


async def test_without_one_nothing_is_said(tmp_path: Path) -> None:
    assert len(await found(case(tmp_path), "base")) == 1
