"""Trains the autoencoder: first whole, then the decoder alone under an encoder that stays as it is.

Once the encoder is frozen its latents can be cached, and the decoder goes on improving beside the denoiser.
"""

from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from pocket import checkpoint
from pocket.architecture import build_autoencoder
from pocket.dataset import Pictures, autoencoder_pictures
from pocket.training import Run, best_device

BATCH = 16
CROP = 64
KL_WEIGHT = 1e-3
PEAK_RATE = 2e-3
LATENT_NOISE = 0.06


def crops(pictures: Pictures, rng: np.random.Generator, size: int, batch: int) -> Tensor:
    """Random square crops, mirrored half the time; shape (batch, 3, size, size), -1..1."""
    side = pictures.shape[1]
    out = np.empty((batch, size, size, 3), np.uint8)
    for i, index in enumerate(rng.integers(0, len(pictures), batch)):
        y, x = rng.integers(0, side - size + 1, 2)
        patch = pictures[index, y : y + size, x : x + size]
        out[i] = patch[:, ::-1] if rng.random() < 0.5 else patch
    return torch.from_numpy(out).permute(0, 3, 1, 2).float().div(127.5).sub(1)


def reconstruction_loss(got: Tensor, wanted: Tensor) -> Tensor:
    """Absolute error of the picture, of its averaged colours, and (so that contours stay sharp) of its differences."""
    loss = (got - wanted).abs().mean() + 2 * (avg_pool2d(got, 8) - avg_pool2d(wanted, 8)).abs().mean()
    for axis in (2, 3):
        loss = loss + 0.5 * (got.diff(dim=axis) - wanted.diff(dim=axis)).abs().mean()
    return loss + 0.5 * (got - wanted).square().mean()


def psnr(model: AutoencoderKL, pictures: Pictures) -> float:
    """Peak signal-to-noise ratio in dB over the given pictures, encoded and decoded."""
    wanted, got = reconstructed(model, pictures)
    return float(-10 * torch.log10(((got - wanted) / 2).square().mean(dim=(1, 2, 3))).mean())


def sheet(model: AutoencoderKL, pictures: Pictures, path: Path) -> None:
    """Originals above, their reconstructions below."""
    rows = [torch.cat(list(x), dim=2) for x in reconstructed(model, pictures)]
    array = torch.cat(rows, dim=1).add(1).mul(127.5).round().byte().permute(1, 2, 0).numpy()
    Image.fromarray(array).save(path)


def reconstructed(model: AutoencoderKL, pictures: Pictures) -> tuple[Tensor, Tensor]:
    """The pictures as they are and as they come back, each (n, 3, side, side) in -1..1."""
    wanted = torch.from_numpy(np.array(pictures)).permute(0, 3, 1, 2).float().div(127.5).sub(1)
    with torch.no_grad():
        got = model.decode(model.encode(wanted.to(model.device)).latent_dist.mode()).sample.clamp(-1, 1)
    return wanted, got.cpu()


def rate_at(step: int, steps: int, peak: float = PEAK_RATE) -> float:
    """Learning rate: 100 steps of warm-up, then a cosine down to a twentieth of the peak."""
    warm = min(1.0, (step + 1) / 100)
    return peak * warm * (0.05 + 0.95 * 0.5 * (1 + float(np.cos(np.pi * min(1.0, step / steps)))))


def train_autoencoder(runs: Path, steps: int, decoder_only: bool = False, pictures: int = 12_000) -> None:
    """Trains up to `steps` steps, going on from the last checkpoint in `runs`."""
    name = "decoder" if decoder_only else "autoencoder"
    data = autoencoder_pictures(runs, pictures)
    held_out, data = data[:64], data[64:]
    device = best_device()
    model = build_autoencoder().to(device, memory_format=torch.channels_last)
    parts: list[nn.Module] = [model]
    if decoder_only:
        model.load_state_dict(trained(runs)["ema"])
        parts = [model.decoder, model.post_quant_conv]
    parameters = [p for part in parts for p in part.parameters()]
    peak = PEAK_RATE / 2 if decoder_only else PEAK_RATE
    run = Run(name, runs / f"{name}.pt", model, peak, 0.995, parameters)
    rng = np.random.default_rng(run.first + 1)
    for step in run.steps(steps):
        x = crops(data, rng, CROP, BATCH).to(device, memory_format=torch.channels_last)
        loss = decoder_loss(model, x) if decoder_only else whole_loss(model, x)
        run.advance(loss, rate_at(step, steps, peak))
        if run.step % 200 == 0 or run.step == steps:
            run.save()
            with run.averaged():
                sheet(model, held_out[:14], runs / f"{name}.png")
                run.say(f", {psnr(model, held_out):.2f} dB")


def whole_loss(model: AutoencoderKL, x: Tensor) -> Tensor:
    posterior = model.encode(x).latent_dist
    z = posterior.sample()
    divergence: Tensor = posterior.kl().mean() / z[0].numel()
    return reconstruction_loss(model.decode(z).sample, x) + KL_WEIGHT * divergence


def decoder_loss(model: AutoencoderKL, x: Tensor) -> Tensor:
    """Under a frozen encoder, on latents a little disturbed, as painted ones are."""
    with torch.no_grad():
        z = model.encode(x).latent_dist.sample()
    z = z + LATENT_NOISE * torch.randn_like(z) * torch.rand(len(z), 1, 1, 1, device=z.device)
    return reconstruction_loss(model.decode(z).sample, x)


def trained(runs: Path) -> checkpoint.State:
    """The checkpoint of the whole autoencoder."""
    state = checkpoint.load(runs / "autoencoder.pt")
    if state is None:
        raise SystemExit(f"{runs} has no trained autoencoder; run that stage first.")
    return state
