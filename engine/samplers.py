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

DIFFUSION: Mapping[str, Sampler] = {
    "euler": (EulerDiscreteScheduler, {}),
    "euler_a": (EulerAncestralDiscreteScheduler, {}),
    "ddim": (DDIMScheduler, {}),
    "dpmpp_2m": (DPMSolverMultistepScheduler, {"algorithm_type": "dpmsolver++"}),
    "dpmpp_2m_karras": (DPMSolverMultistepScheduler, {"algorithm_type": "dpmsolver++", "use_karras_sigmas": True}),
    "unipc": (UniPCMultistepScheduler, {}),
    "lcm": (LCMScheduler, {}),
}
"""For bases that predict noise or velocity on a schedule of betas."""


def sampler_names(own: SchedulerMixin) -> tuple[str, ...]:
    """What a base with that scheduler can be painted with; a flow-matching base knows its own Euler steps only."""
    return ("euler",) if is_flow(own) else tuple(DIFFUSION)


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
    return "beta_schedule" not in own.config
