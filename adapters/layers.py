"""The layers of a base that adapters may change, by name: what a file's modules are matched against."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod


@dataclass(frozen=True, slots=True)
class Layer:
    """A Linear, or a convolution with its kernel (height, width)."""

    inputs: int
    outputs: int
    kernel: tuple[int, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """That of its weight."""
        return (self.outputs, self.inputs, *self.kernel)

    @property
    def is_matrix(self) -> bool:
        """Whether it is one matrix at every place: Linear, or a 1x1 convolution."""
        return prod(self.kernel) == 1


Layers = Mapping[str, Layer]
"""By `<component>.<module>`: component is unet or transformer, text_encoder or text_encoder_2; module is diffusers'
name of it."""
DENOISERS = ("unet", "transformer")
