"""Previews: when they are due, and that the estimate of the finished picture is what the mathematics says."""

import pytest
import torch
from diffusers import DDIMScheduler
from hypothesis import given
from hypothesis import strategies as st

from engine.previews import colour_fields, finished_estimate, preview_steps
from engine.samplers import DIFFUSION, build_sampler


def schedule(prediction: str) -> DDIMScheduler:
    return DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", prediction_type=prediction, clip_sample=False
    )


@pytest.mark.parametrize("prediction", ["epsilon", "v_prediction"])
@pytest.mark.parametrize("name", DIFFUSION)
def test_a_model_that_knows_the_noise_gives_the_finished_picture_at_every_step(name: str, prediction: str) -> None:
    scheduler = build_sampler(name, schedule(prediction))
    scheduler.set_timesteps(8)
    finished = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(1))
    noise = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(2))
    for index, timestep in enumerate(scheduler.timesteps):
        sample = scheduler.add_noise(finished, noise, timestep[None])
        # What the scheduler itself made of the two, whatever its convention: sample = a * finished + b * noise.
        parts = torch.stack([finished.flatten(), noise.flatten()], dim=1)
        a, b = torch.linalg.lstsq(parts, sample.flatten()).solution
        velocity = (a * noise - b * finished) / (a**2 + b**2).sqrt()
        output = noise if prediction == "epsilon" else velocity
        estimate = finished_estimate(scheduler, output, timestep, sample, index)
        assert torch.allclose(estimate, finished, atol=2e-2)


@given(st.integers(1, 150), st.integers(0, 20))
def test_previews_are_spread_over_the_steps_but_never_too_early_nor_after_the_last(steps: int, count: int) -> None:
    due = preview_steps(steps, count)
    assert len(due) <= count
    assert list(due) == sorted(set(due))
    assert all(steps * 0.2 - 0.5 <= step < steps for step in due)


def test_twenty_steps_with_three_previews_show_at_a_fifth_and_on() -> None:
    assert preview_steps(20, 3) == (4, 9, 14)


def test_the_colours_a_map_is_fitted_to_cover_the_whole_cube() -> None:
    fields = colour_fields(128)
    assert fields.amin(dim=(0, 2, 3)).le(-0.9).all()
    assert fields.amax(dim=(0, 2, 3)).ge(0.9).all()
