"""What every stage of training shares: steps counted across kills, an average of the weights, a checkpoint."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from diffusers.training_utils import EMAModel
from torch import Tensor, nn
from tqdm import tqdm

from pocket import checkpoint


def best_device() -> torch.device:
    """A GPU where one is at hand."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


class Run:
    """A module in training; `parameters` are those that the optimiser changes."""

    def __init__(
        self, name: str, path: Path, module: nn.Module, rate: float, decay: float, parameters: list[nn.Parameter]
    ) -> None:
        self.name, self.path, self.module, self.parameters = name, path, module, parameters
        self.optimiser = torch.optim.AdamW(parameters, lr=rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
        self.average = EMAModel(module.parameters(), decay=decay, use_ema_warmup=True, power=0.75)
        self.first = self.step = 0
        self.loss = 0.0
        self.started = time.monotonic()
        if (state := checkpoint.load(path)) is not None:
            module.load_state_dict(state["model"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.average.load_state_dict(state["ema_state"])
            self.first = self.step = state["step"]

    def steps(self, until: int) -> Iterator[int]:
        """The steps that are left, with a progress bar."""
        left = range(self.first, until)
        yield from tqdm(left, initial=self.first, total=until, desc=self.name, mininterval=20)

    def advance(self, loss: Tensor, rate: float) -> None:
        """One step of the optimiser down the gradient of the loss."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimiser.step()
        self.average.step(self.module.parameters())
        self.step += 1
        self.loss += (float(loss.detach()) - self.loss) / min(self.step - self.first, 200)

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Inside, the module has its averaged weights."""
        self.average.store(self.module.parameters())
        self.average.copy_to(self.module.parameters())
        try:
            yield
        finally:
            self.average.restore(self.module.parameters())

    def save(self, **facts: Any) -> None:
        """Writes all that is needed to go on, and the averaged weights under "ema"."""
        weights = _copy(self.module)
        with self.averaged():
            averaged = _copy(self.module)
        checkpoint.save(
            self.path,
            {
                "model": weights,
                "ema": averaged,
                "ema_state": self.average.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "step": self.step,
            }
            | facts,
        )

    def say(self, more: str = "") -> None:
        tqdm.write(f"{self.name} {self.step}: loss {self.loss:.4f}{more}, {time.monotonic() - self.started:.0f} s")


def _copy(module: nn.Module) -> dict[str, Tensor]:
    return {key: value.clone() for key, value in module.state_dict().items()}
