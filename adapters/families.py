"""The families of bases that a file is recognised by: the names and shapes of all their layers.

Sizes are those of the models' published configurations (runwayml/stable-diffusion-v1-5,
stabilityai/stable-diffusion-2-1, stabilityai/stable-diffusion-xl-base-1.0) and of the embedded base's own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from adapters.layers import Layer, Layers
from adapters.names import Names

Named = Iterator[tuple[str, Layer]]


@dataclass(frozen=True, slots=True)
class Family:
    key: str
    title: str
    names: Names

    @property
    def layers(self) -> Layers:
        return self.names.layers


@dataclass(frozen=True, slots=True, kw_only=True)
class UNet:
    """What of a UNet2DConditionModel's configuration decides which layers it has."""

    channels: tuple[int, ...]
    context: int
    down: tuple[int, ...]
    """How many transformer blocks an attention has, by level from the outermost; 0 is a level without attentions."""
    middle: int
    up: tuple[int, ...]
    """As `down`, but in the order of the up blocks."""
    resnets: int = 2
    latents: int = 4
    linear: bool = False
    """Whether attentions begin and end with a Linear instead of a 1x1 convolution."""
    pooled: int = 0
    """Inputs of the additional embedding (SDXL's sizes and pooled text); 0 where there is none."""

    def layers(self) -> Named:
        """By diffusers' names."""
        first, time = self.channels[0], 4 * self.channels[0]
        yield "conv_in", Layer(self.latents, first, (3, 3))
        yield from _pair("time_embedding", first, time)
        if self.pooled:
            yield from _pair("add_embedding", self.pooled, time)
        yield from self._down(time)
        yield from self._middle(time)
        yield from self._up(time)
        yield "conv_out", Layer(first, self.latents, (3, 3))

    def _down(self, time: int) -> Named:
        before = self.channels[0]
        for block, (width, depth) in enumerate(zip(self.channels, self.down, strict=True)):
            for number in range(self.resnets):
                yield from _resnet(f"down_blocks.{block}.resnets.{number}", before, width, time)
                yield from self._attention(f"down_blocks.{block}.attentions.{number}", width, depth)
                before = width
            if block + 1 < len(self.channels):
                yield f"down_blocks.{block}.downsamplers.0.conv", Layer(width, width, (3, 3))

    def _middle(self, time: int) -> Named:
        width = self.channels[-1]
        yield from _resnet("mid_block.resnets.0", width, width, time)
        yield from self._attention("mid_block.attentions.0", width, self.middle)
        yield from _resnet("mid_block.resnets.1", width, width, time)

    def _up(self, time: int) -> Named:
        """Each resnet also takes what one of the way down gave."""
        given = [self.channels[0]]
        for block, width in enumerate(self.channels):
            given += [width] * self.resnets + ([width] if block + 1 < len(self.channels) else [])
        before = self.channels[-1]
        for block, (width, depth) in enumerate(zip(reversed(self.channels), self.up, strict=True)):
            for number in range(self.resnets + 1):
                yield from _resnet(f"up_blocks.{block}.resnets.{number}", before + given.pop(), width, time)
                yield from self._attention(f"up_blocks.{block}.attentions.{number}", width, depth)
                before = width
            if block + 1 < len(self.channels):
                yield f"up_blocks.{block}.upsamplers.0.conv", Layer(width, width, (3, 3))

    def _attention(self, place: str, width: int, depth: int) -> Named:
        if not depth:
            return
        ends = Layer(width, width, () if self.linear else (1, 1))
        yield f"{place}.proj_in", ends
        for block in range(depth):
            inner = f"{place}.transformer_blocks.{block}"
            for name, inputs in (("attn1", width), ("attn2", self.context)):
                yield f"{inner}.{name}.to_q", Layer(width, width)
                yield f"{inner}.{name}.to_k", Layer(inputs, width)
                yield f"{inner}.{name}.to_v", Layer(inputs, width)
                yield f"{inner}.{name}.to_out.0", Layer(width, width)
            yield f"{inner}.ff.net.0.proj", Layer(width, 8 * width)
            yield f"{inner}.ff.net.2", Layer(4 * width, width)
        yield f"{place}.proj_out", ends


@dataclass(frozen=True, slots=True)
class Clip:
    """A CLIP text encoder; `projection` is the width of its pooled text, 0 where it gives none."""

    width: int
    depth: int
    projection: int = 0

    def layers(self) -> Named:
        for number in range(self.depth):
            place = f"text_model.encoder.layers.{number}"
            for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
                yield f"{place}.self_attn.{name}", Layer(self.width, self.width)
            yield f"{place}.mlp.fc1", Layer(self.width, 4 * self.width)
            yield f"{place}.mlp.fc2", Layer(4 * self.width, self.width)
        if self.projection:
            yield "text_projection", Layer(self.width, self.projection)


def _pair(place: str, inputs: int, width: int) -> Named:
    yield f"{place}.linear_1", Layer(inputs, width)
    yield f"{place}.linear_2", Layer(width, width)


def _resnet(place: str, inputs: int, width: int, time: int) -> Named:
    yield f"{place}.conv1", Layer(inputs, width, (3, 3))
    yield f"{place}.time_emb_proj", Layer(time, width)
    yield f"{place}.conv2", Layer(width, width, (3, 3))
    if inputs != width:
        yield f"{place}.conv_shortcut", Layer(inputs, width, (1, 1))


def _sd(context: int, linear: bool) -> UNet:
    wide = (320, 640, 1280, 1280)
    return UNet(channels=wide, context=context, down=(1, 1, 1, 0), middle=1, up=(0, 1, 1, 1), linear=linear)


_SDXL = UNet(
    channels=(320, 640, 1280), context=2048, down=(0, 2, 10), middle=10, up=(10, 2, 0), linear=True, pooled=2816
)
_POCKET = UNet(channels=(64, 112, 176), context=128, down=(0, 1, 1), middle=1, up=(1, 1, 1), resnets=1, latents=8)
_KNOWN: tuple[tuple[str, str, UNet, Sequence[Clip]], ...] = (
    ("sd1", "Stable Diffusion 1.x", _sd(768, linear=False), (Clip(768, 12),)),
    ("sd2", "Stable Diffusion 2.x", _sd(1024, linear=True), (Clip(1024, 23),)),
    ("sdxl", "SDXL", _SDXL, (Clip(768, 12), Clip(1280, 32, 1280))),
    ("pocket", "the pocket base", _POCKET, (Clip(128, 3),)),
)


@cache
def families() -> tuple[Family, ...]:
    return tuple(Family(key, title, Names(_layers(unet, clips))) for key, title, unet, clips in _KNOWN)


def _layers(unet: UNet, clips: Sequence[Clip]) -> Layers:
    found = {f"unet.{name}": layer for name, layer in unet.layers()}
    for component, clip in zip(("text_encoder", "text_encoder_2"), clips, strict=False):
        found |= {f"{component}.{name}": layer for name, layer in clip.layers()}
    return found
