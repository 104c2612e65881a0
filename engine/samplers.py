"""The samplers by name: each a diffusers scheduler made anew for a request from the base's own noise schedule."""

from collections.abc import Mapping
from typing import Any

from diffusers import (
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    LCMScheduler,
    SchedulerMixin,
    UniPCMultistepScheduler,
)

from protocol.errors import InvalidRequest

Sampler = tuple[type[SchedulerMixin], Mapping[str, Any]]


class KarrasScheduler(DPMSolverMultistepScheduler):  # type: ignore[misc]
    """Starts at the first of its steps.

    Over a zero-SNR schedule, Karras' first noise levels share a timestep; diffusers finds its place by the timestep,
    and would begin at the second and run past the end.
    """

    def _init_step_index(self, timestep: Any) -> None:
        super()._init_step_index(timestep)
        if self.begin_index is None and timestep == self.timesteps[0]:
            self._step_index = 0


UNCLIPPED = {"clip_sample": False}
"""Latents leave -1..1; bases saved with another scheduler do not say so, and these two would clip them."""
EVEN = {"use_karras_sigmas": False}
"""Said, since a base saved with a Karras scheduler would pass it on to every other."""
TRAILING = {"timestep_spacing": "trailing"}
"""From the very last timestep on, which models distilled to few steps were taught (Lin et al., 2024)."""
DPMPP_2M = {"algorithm_type": "dpmsolver++", "solver_order": 2}

DIFFUSION: Mapping[str, Sampler] = {
    "euler": (EulerDiscreteScheduler, EVEN),
    "euler_a": (EulerAncestralDiscreteScheduler, {}),
    "ddim": (DDIMScheduler, UNCLIPPED),
    "dpmpp_2m": (DPMSolverMultistepScheduler, DPMPP_2M | EVEN),
    "dpmpp_2m_karras": (KarrasScheduler, DPMPP_2M | {"use_karras_sigmas": True}),
    "unipc": (UniPCMultistepScheduler, EVEN),
    "lcm": (LCMScheduler, UNCLIPPED),
    "euler_trailing": (EulerDiscreteScheduler, EVEN | TRAILING),
    "ddim_trailing": (DDIMScheduler, UNCLIPPED | TRAILING),
    "lcm_trailing": (LCMScheduler, UNCLIPPED | {"original_inference_steps": 1000}),
}
"""For bases that predict noise or velocity on a schedule of betas."""

FLOW: Mapping[type[SchedulerMixin], str] = {DPMSolverMultistepScheduler: "dpmpp_2m", UniPCMultistepScheduler: "unipc"}
"""What a flow-matching base's own scheduler is called, where it is not Euler's."""


def sampler_names(own: SchedulerMixin) -> tuple[str, ...]:
    """What a base with that scheduler can be painted with; a flow-matching base knows its own only."""
    return (FLOW.get(type(own), "euler"),) if is_flow(own) else tuple(DIFFUSION)


def usual_sampler(own: SchedulerMixin) -> str:
    """What a base with that scheduler is painted with where nothing else is said."""
    names = sampler_names(own)
    if len(names) == 1:
        return names[0]
    return "lcm" if isinstance(own, LCMScheduler) else "dpmpp_2m"


def build_sampler(name: str, own: SchedulerMixin) -> SchedulerMixin:
    """A new scheduler for one request. `own` is the scheduler of the base's folder, which has the noise schedule.

    Raises `InvalidRequest` for a name the base has no scheduler for.
    """
    if name not in sampler_names(own):
        known = ", ".join(sampler_names(own))
        raise InvalidRequest(f"This base cannot be painted with the sampler {name}; it takes {known}.", param="sampler")
    if is_flow(own):
        return type(own).from_config(own.config)
    kind, options = DIFFUSION[name]
    return kind.from_config(own.config, **options)


def check_steps(name: str, own: SchedulerMixin, steps: int) -> None:
    """Raises `InvalidRequest` for more steps than a sampler has."""
    if name != "lcm" or is_flow(own):
        return
    most = int(build_sampler(name, own).config.original_inference_steps)
    if steps > most:
        raise InvalidRequest(
            f"The sampler lcm takes at most {most} steps, not {steps}; 4 to 8 are usual.", param="steps"
        )


def rescheduled(own: SchedulerMixin, changes: Mapping[str, Any]) -> SchedulerMixin:
    """A base's scheduler with other settings. It is kept as DDIM, since not every class holds all of them."""
    return DDIMScheduler.from_config(own.config, **changes) if changes else own


def is_flow(own: SchedulerMixin) -> bool:
    """Whether the base was trained by flow matching, on a straight path between noise and picture."""
    config = own.config
    return "beta_schedule" not in config or bool(config.get("use_flow_sigmas", False))
