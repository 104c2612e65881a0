"""The text AUTOMATIC1111's web UI writes into its pictures under `parameters`, which most other programs read:

    prompt <lora:sks:1>
    Negative prompt: ...
    Steps: 20, Sampler: Euler a, CFG scale: 5, Seed: 7, Size: 128x128, ...

Sources: modules/infotext_utils.py (quoting, what ends a prompt) and processing.py (the fields, in their order) of
AUTOMATIC1111/stable-diffusion-webui 1.10.
"""

import json
import re
from dataclasses import dataclass

from protocol.paint import ResolvedRequest

KEY = "parameters"

SAMPLER_NAMES: dict[str, tuple[str, str]] = {
    "euler": ("Euler", ""),
    "euler_a": ("Euler a", ""),
    "ddim": ("DDIM", ""),
    "dpmpp_2m": ("DPM++ 2M", ""),
    "dpmpp_2m_karras": ("DPM++ 2M", "Karras"),
    "unipc": ("UniPC", ""),
    "lcm": ("LCM", ""),
    "euler_trailing": ("Euler", "SGM Uniform"),
    "ddim_trailing": ("DDIM", "SGM Uniform"),
    "lcm_trailing": ("LCM", "SGM Uniform"),
}
"""Its name there, and its schedule type where that is part of our name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the request does not know: the base, our version, and a name for each of the request's adapters."""

    base_name: str
    base_fingerprint: str
    version: str
    names: tuple[str, ...]


def written(request: ResolvedRequest, prompt_used: str, facts: Facts, strength: float | None) -> str:
    """The whole text. `strength` is the denoising strength over an init image, None for none."""
    names = [re.sub(r'[<>:,"\\\s]+', " ", name).strip() or "adapter" for name in facts.names]
    uses = list(zip(names, request.adapters, strict=True))
    tags = "".join(f" <lora:{name}:{use.weight:.6g}>" for name, use in uses)
    lines = [_prompt(prompt_used) + tags]
    if request.negative_prompt:
        lines.append(f"Negative prompt: {_prompt(request.negative_prompt)}")
    hashes = ", ".join(f"{name}: {use.sha256[:12]}" for name, use in uses)
    sampler, schedule = SAMPLER_NAMES[request.sampler]
    fields = {
        "Steps": str(request.steps),
        "Sampler": sampler,
        "Schedule type": schedule,
        "CFG scale": f"{request.guidance_scale:.6g}",
        "Seed": str(request.seed),
        "Size": f"{request.width}x{request.height}",
        "Model hash": facts.base_fingerprint.rpartition(":")[2][:10],
        "Model": facts.base_name,
        "Denoising strength": "" if strength is None else f"{strength:.6g}",
        "Lora hashes": hashes,
        "Version": f"StyleSeal {facts.version}".rstrip(),
    }
    lines.append(", ".join(f"{key}: {_quoted(value)}" for key, value in fields.items() if value))
    return "\n".join(lines)


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False) if re.search(r'[,:\n"]', value) else value


def _prompt(text: str) -> str:
    """A line of it that begins with "Negative prompt:" would end it for the reader, so it continues the line before."""
    return re.sub(r"\s*\n\s*(?=Negative prompt:)", " ", text)
