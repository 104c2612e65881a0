"""The evaluation: its arithmetic, and that what it asks for was never trained on."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from pocket import denoiser, evaluate, judges, scores, teach
from pocket.judges import CONTENT, STYLES, Judge, as_input
from pocket.scores import Prompt, Score, blend_score, in_style, prompts
from pocket.treatments import TREATMENTS


def test_wilsons_bounds_are_those_of_the_textbook() -> None:
    score = Score("x", 95, 100)
    assert score.bound(-1) == pytest.approx(0.8882, abs=1e-4)
    assert score.bound(+1) == pytest.approx(0.9785, abs=1e-4)
    assert Score("all", 500, 500).bound(-1) < 1


def test_training_judging_and_evaluation_look_at_pictures_of_their_own() -> None:
    most = 1_000_000
    starts = sorted([0, denoiser.FIRST_SEED, teach.FIRST_SEED, judges.FIRST_SEED, evaluate.FIRST_SEED])
    assert all(later - earlier >= most for earlier, later in pairwise(starts))


def test_prompts_are_the_same_each_time_and_name_what_is_judged() -> None:
    wanted = prompts(50, evaluate.FIRST_SEED)
    assert wanted == prompts(50, evaluate.FIRST_SEED)
    assert len({prompt.motif for prompt in wanted}) > 40
    assert all(prompt.motif.colour in prompt.text for prompt in wanted)


def test_a_blends_prompt_says_both_triggers_and_wears_both_adapters() -> None:
    prompt = in_style(prompts(1, 1)[0], ["sks", "neon"], 0.5, True)
    assert prompt.text.endswith(f", {TREATMENTS['sks'].trigger}, {TREATMENTS['neon'].trigger}")
    assert prompt.adapters == (("sks", 0.5), ("neon", 0.5))


def test_a_judge_answers_every_question_and_takes_pictures_as_they_are_painted() -> None:
    judge = Judge(CONTENT).eval()
    got = judge(as_input(np.zeros((2, 128, 128, 3), np.uint8)))
    assert {name: tuple(out.shape) for name, out in got.items()} == {
        "subject": (2, 14),
        "colour": (2, 10),
        "setting": (2, 8),
    }


def test_a_blend_counts_only_where_both_of_its_styles_show(monkeypatch: pytest.MonkeyPatch) -> None:
    sks, neon = STYLES.index("sks"), STYLES.index("neon")
    plain = torch.zeros(100, len(STYLES))
    blends = torch.zeros(3, len(STYLES))
    blends[0, [sks, neon]] = 1.0
    blends[1, sks] = 1.0
    answers = iter([{"style": plain}, {"style": blends}])
    monkeypatch.setattr(scores, "judged", lambda *_: next(answers))
    wanted = [Prompt("", prompts(1, 1)[0].motif, 0, (("sks", 0.5), ("neon", 0.5)))] * 3
    pictures = np.zeros((1, 128, 128, 3), np.uint8)
    assert blend_score(Judge({"style": STYLES}), pictures, pictures, wanted).right == 1


def test_pictures_are_kept_by_the_weights_they_were_painted_with(tmp_path: Path) -> None:
    base, adapters = tmp_path / "base", tmp_path / "adapters"
    for path in (base / "unet" / "a.safetensors", adapters / "sks.safetensors"):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"one")
    before = evaluate.folders_of(tmp_path, 5, base, adapters)
    (adapters / "sks.safetensors").write_bytes(b"other")
    other_style = evaluate.folders_of(tmp_path, 5, base, adapters)
    (base / "unet" / "a.safetensors").write_bytes(b"other")
    other_base = evaluate.folders_of(tmp_path, 5, base, adapters)
    assert other_style.base == before.base != other_base.base
    assert len({before.styles, other_style.styles, other_base.styles}) == 3
