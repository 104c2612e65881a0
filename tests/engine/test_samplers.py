"""Every sampler over every kind of noise schedule takes the steps it is asked for, and refuses what it cannot."""

import inspect
from typing import Any

import pytest
import torch
from diffusers import (
    DPMSolverMultistepScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    LCMScheduler,
    PNDMScheduler,
    UniPCMultistepScheduler,
)

from engine.base import Base
from engine.pipeline_lane import PipelineLane
from engine.samplers import (
    DIFFUSION,
    build_sampler,
    check_steps,
    is_flow,
    rescheduled,
    sampler_names,
    usual_sampler,
)
from protocol.errors import InvalidRequest
from protocol.limits import SAMPLERS
from protocol.paint import PaintRequest
from tests.engine import tiny

BETAS: dict[str, Any] = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
VELOCITY = {"prediction_type": "v_prediction"}
SCHEDULES = {
    "noise": tiny.scheduler(),
    "velocity": tiny.scheduler(**VELOCITY),
    "zero SNR": tiny.scheduler(**VELOCITY, rescale_betas_zero_snr=True, timestep_spacing="trailing"),
    "SD 1.5's": PNDMScheduler(**BETAS, skip_prk_steps=True, steps_offset=1),
    "SDXL's": EulerDiscreteScheduler(**BETAS, steps_offset=1, timestep_spacing="leading"),
    "Karras'": DPMSolverMultistepScheduler(**BETAS, algorithm_type="sde-dpmsolver++", use_karras_sigmas=True),
    "LCM's": LCMScheduler(**BETAS),
}
FLOW = FlowMatchEulerDiscreteScheduler(shift=3.0)


def test_the_table_has_the_samplers_that_requests_can_name() -> None:
    assert tuple(DIFFUSION) == SAMPLERS


@pytest.mark.parametrize("steps", [1, 2, 4, 25, 50, 150])
@pytest.mark.parametrize("name", DIFFUSION)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_sampler_takes_as_many_steps_as_asked_and_stays_finite(schedule: str, name: str, steps: int) -> None:
    steps = min(steps, 50) if name == "lcm" else steps  # more are refused, see below
    scheduler = build_sampler(name, SCHEDULES[schedule])
    scheduler.set_timesteps(steps)
    generator = torch.Generator().manual_seed(0)
    noisy = "generator" in inspect.signature(scheduler.step).parameters
    latents = torch.randn(1, 4, 8, 8, generator=generator) * scheduler.init_noise_sigma
    assert len(scheduler.timesteps) == steps
    for timestep in scheduler.timesteps:
        output = scheduler.scale_model_input(latents, timestep) / 2
        latents = scheduler.step(output, timestep, latents, **({"generator": generator} if noisy else {})).prev_sample
    assert latents.isfinite().all()


@pytest.mark.parametrize("steps", [1, 4])
@pytest.mark.parametrize("name", DIFFUSION)
def test_a_tiny_base_paints_with_every_sampler(name: str, steps: int, base: Base) -> None:
    request = PaintRequest(prompt="a cat", sampler=name, steps=steps, seed=1).with_defaults(base.defaults)
    heard: list[int] = []
    [picture] = PipelineLane(base).paint(request, [], 2, lambda step: heard.append(step.step))
    assert picture.image.size == (64, 64)
    assert heard == list(range(1, steps + 1))


def test_more_steps_than_lcm_has_are_refused(base: Base) -> None:
    own = base.pipe.scheduler
    check_steps("lcm", own, 50)
    check_steps("euler", own, 150)
    with pytest.raises(InvalidRequest, match="lcm takes at most 50 steps, not 51") as caught:
        check_steps("lcm", own, 51)
    assert caught.value.param == "steps"


@pytest.mark.parametrize("name", DIFFUSION)
def test_a_sampler_keeps_the_bases_noise_and_what_it_predicts(name: str) -> None:
    config = build_sampler(name, SCHEDULES["zero SNR"]).config
    assert config.prediction_type == "v_prediction"
    assert config.rescale_betas_zero_snr is True
    assert (config.beta_start, config.beta_end, config.beta_schedule) == (0.00085, 0.012, "scaled_linear")


def test_a_sampler_is_what_its_name_says_whatever_the_base_was_saved_with() -> None:
    own = SCHEDULES["Karras'"]
    assert build_sampler("dpmpp_2m", own).config.use_karras_sigmas is False
    assert build_sampler("dpmpp_2m", own).config.algorithm_type == "dpmsolver++"
    assert build_sampler("euler", own).config.use_karras_sigmas is False
    assert build_sampler("dpmpp_2m_karras", SCHEDULES["noise"]).config.use_karras_sigmas is True
    euler = EulerDiscreteScheduler(**BETAS)
    assert build_sampler("ddim", euler).config.clip_sample is False
    assert build_sampler("lcm", euler).config.clip_sample is False


def test_trailing_samplers_start_at_the_very_last_timestep_in_equal_strides() -> None:
    for name in ("euler_trailing", "ddim_trailing", "lcm_trailing"):
        scheduler = build_sampler(name, SCHEDULES["SD 1.5's"])
        scheduler.set_timesteps(4)
        assert [int(time) for time in scheduler.timesteps] == [999, 749, 499, 249]


def test_a_sampler_is_made_anew_for_each_request() -> None:
    assert build_sampler("euler", SCHEDULES["noise"]) is not build_sampler("euler", SCHEDULES["noise"])
    assert build_sampler("euler", FLOW) is not FLOW


def test_a_flow_matching_base_is_painted_with_its_own_scheduler_alone() -> None:
    assert sampler_names(FLOW) == ("euler",)
    assert build_sampler("euler", FLOW).config.shift == 3.0
    with pytest.raises(InvalidRequest, match="it takes euler") as caught:
        build_sampler("ddim", FLOW)
    assert caught.value.param == "sampler"


@pytest.mark.parametrize(
    ("kind", "name"), [(DPMSolverMultistepScheduler, "dpmpp_2m"), (UniPCMultistepScheduler, "unipc")]
)
def test_a_solver_that_follows_a_flow_is_known_by_its_own_name(kind: Any, name: str) -> None:
    own = kind(**BETAS, prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0)
    assert is_flow(own)
    assert sampler_names(own) == (name,)
    assert usual_sampler(own) == name


def test_a_distilled_base_is_painted_with_what_it_was_distilled_for() -> None:
    assert usual_sampler(SCHEDULES["LCM's"]) == "lcm"
    assert usual_sampler(SCHEDULES["SD 1.5's"]) == "dpmpp_2m"


@pytest.mark.parametrize("schedule", ["SD 1.5's", "SDXL's", "Karras'"])
def test_a_changed_schedule_reaches_every_sampler(schedule: str) -> None:
    own = rescheduled(SCHEDULES[schedule], {**VELOCITY, "rescale_betas_zero_snr": True})
    for name in DIFFUSION:
        config = build_sampler(name, own).config
        assert (config.prediction_type, config.rescale_betas_zero_snr) == ("v_prediction", True), name


def test_an_unchanged_schedule_is_the_bases_own() -> None:
    own = EulerAncestralDiscreteScheduler(**BETAS)
    assert rescheduled(own, {}) is own
