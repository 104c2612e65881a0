"""What accelerator adapters were distilled for: a sampler, and few steps with little guidance or none.

Figures are those of their makers' pages: LCM-LoRA (Luo et al., 2023), Hyper-SD (Ren et al., 2024), DMD2 (Yin et al.,
2024), SDXL-Lightning (Lin et al., 2024).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Preset:
    """Guidance 1 is none."""

    sampler: str
    steps: int
    guidance_scale: float

    def fields(self) -> dict[str, str | int | float]:
        """As fields of a `PaintRequest`."""
        return asdict(self)


PRESETS: Mapping[str, Preset] = {
    "lcm": Preset("lcm", 6, 1.5),
    "hyper": Preset("ddim_trailing", 8, 1.0),
    "hyper-cfg": Preset("ddim_trailing", 12, 5.0),
    "lightning": Preset("euler_trailing", 4, 1.0),
    "dmd2": Preset("lcm_trailing", 4, 1.0),
}
