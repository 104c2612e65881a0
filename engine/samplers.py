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

UNCLIPPED = {"clip_sample": False}
"""Latents leave -1..1; bases saved with another scheduler do not say so, and these two would clip them."""

DIFFUSION: Mapping[str, Sampler] = {
    "euler": (EulerDiscreteScheduler, {}),
    "euler_a": (EulerAncestralDiscreteScheduler, {}),
    "ddim": (DDIMScheduler, UNCLIPPED),
    "dpmpp_2m": (DPMSolverMultistepScheduler, {"algorithm_type": "dpmsolver++"}),
    "dpmpp_2m_karras": (DPMSolverMultistepScheduler, {"algorithm_type": "dpmsolver++", "use_karras_sigmas": True}),
    "unipc": (UniPCMultistepScheduler, {}),
    "lcm": (LCMScheduler, UNCLIPPED),
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


def is_flow(own: SchedulerMixin) -> bool:
    """Whether the base was trained by flow matching, on a straight path between noise and picture."""
    config = own.config
    return "beta_schedule" not in config or bool(config.get("use_flow_sigmas", False))
