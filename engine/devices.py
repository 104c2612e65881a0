"""Where a base runs and in which number format: what was asked for, or the best that is there."""

from dataclasses import dataclass

import torch
from torch import Tensor

from protocol.errors import BaseMissing

DTYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
NARROW = "fp8"
"""The denoiser's weights in eight bits, computed with in the device's best format."""


@dataclass(frozen=True, slots=True)
class Placement:
    device: torch.device
    dtype: torch.dtype
    """What is computed in."""
    narrow: bool = False
    """Whether the denoiser's weights are kept in eight bits."""

    @property
    def dtype_name(self) -> str:
        return NARROW if self.narrow else next(name for name, dtype in DTYPES.items() if dtype == self.dtype)


def choose_placement(device: str = "auto", dtype: str = "auto") -> Placement:
    """The device and dtype for "auto", or those named. Raises `BaseMissing` for a device that is not there."""
    chosen = torch.device(best_device() if device == "auto" else device)
    if chosen.type == "cuda" and (chosen.index or 0) >= torch.cuda.device_count():
        raise BaseMissing(f"The device {device} is not there; PyTorch sees {torch.cuda.device_count()} CUDA devices.")
    if chosen.type == "mps" and not torch.backends.mps.is_available():
        raise BaseMissing("The device mps is not there; it needs an Apple GPU.")
    if dtype == NARROW and chosen.type == "mps":
        raise BaseMissing("An Apple GPU has no eight-bit numbers; set STYLESEAL_DTYPE=fp16.")
    if dtype in ("auto", NARROW):
        return Placement(chosen, best_dtype(chosen), narrow=dtype == NARROW)
    return Placement(chosen, DTYPES[dtype])


def sent(tensor: Tensor, device: torch.device) -> Tensor:
    """A small tensor of the host's on the device, without waiting for what that was told before."""
    return (tensor.pin_memory() if device.type == "cuda" else tensor).to(device, non_blocking=True)


def best_device() -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def best_dtype(device: torch.device) -> torch.dtype:
    """Half precision on GPUs, bfloat16 where the chip computes in it; a CPU is fastest and exact in fp32."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    return torch.float16 if device.type == "mps" else torch.float32
