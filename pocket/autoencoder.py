"""Trains the autoencoder: first whole, then the decoder alone under an encoder that stays as it is.

Once the encoder is frozen its latents can be cached, and the decoder goes on improving beside the denoiser.
"""

import time
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from diffusers.training_utils import EMAModel
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d
from tqdm import tqdm

from pocket import checkpoint
from pocket.architecture import build_autoencoder
from pocket.dataset import Pictures, autoencoder_pictures

BATCH = 16
CROP = 64
KL_WEIGHT = 2e-5
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
    wanted = torch.from_numpy(np.array(pictures)).permute(0, 3, 1, 2).float().div(127.5).sub(1)
    with torch.no_grad():
        got = model.decode(model.encode(wanted).latent_dist.mode()).sample.clamp(-1, 1)
    return float(-10 * torch.log10(((got - wanted) / 2).square().mean(dim=(1, 2, 3))).mean())


def sheet(model: AutoencoderKL, pictures: Pictures, path: Path) -> None:
    """Originals above, their reconstructions below."""
    wanted = torch.from_numpy(np.array(pictures)).permute(0, 3, 1, 2).float().div(127.5).sub(1)
    with torch.no_grad():
        got = model.decode(model.encode(wanted).latent_dist.mode()).sample.clamp(-1, 1)
    rows = [torch.cat(list(x), dim=2) for x in (wanted, got)]
    array = torch.cat(rows, dim=1).add(1).mul(127.5).round().byte().permute(1, 2, 0).numpy()
    Image.fromarray(array).save(path)


def rate_at(step: int, steps: int, peak: float = PEAK_RATE) -> float:
    """Learning rate: 100 steps of warm-up, then a cosine down to a twentieth of the peak."""
    warm = min(1.0, (step + 1) / 100)
    return peak * warm * (0.05 + 0.95 * 0.5 * (1 + float(np.cos(np.pi * min(1.0, step / steps)))))


def train_autoencoder(
    runs: Path, steps: int, decoder_only: bool = False, pictures: int = 12_000, log_every: int = 200
) -> None:
    """Trains up to `steps` steps, going on from the last checkpoint in `runs`."""
    name = "decoder" if decoder_only else "autoencoder"
    path = runs / f"{name}.pt"
    data = autoencoder_pictures(runs, pictures)
    held_out, data = data[:64], data[64:]
    model = build_autoencoder().to(memory_format=torch.channels_last)
    state = checkpoint.load(path)
    if decoder_only and state is None:
        whole = checkpoint.load(runs / "autoencoder.pt")
        assert whole is not None, "the decoder goes on from a trained autoencoder"
        model.load_state_dict(whole["ema"])
    trained: list[nn.Module] = [model.decoder, model.post_quant_conv] if decoder_only else [model]
    parameters = [p for m in trained for p in m.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=PEAK_RATE, betas=(0.9, 0.99), weight_decay=1e-4)
    ema = EMAModel(model.parameters(), decay=0.995)
    first = 0
    if state is not None:
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        first = state["step"]
        ema.load_state_dict(state["ema_state"])
    rng = np.random.default_rng(first + 1)
    started, running = time.time(), 0.0
    for step in tqdm(range(first, steps), initial=first, total=steps, desc=name, mininterval=10):
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, steps, PEAK_RATE / (2 if decoder_only else 1))
        x = crops(data, rng, CROP, BATCH).to(memory_format=torch.channels_last)
        with torch.set_grad_enabled(not decoder_only):
            posterior = model.encode(x).latent_dist
            z = posterior.sample()
        if decoder_only:
            z = z + LATENT_NOISE * torch.randn_like(z) * torch.rand(len(z), 1, 1, 1)
        loss = reconstruction_loss(model.decode(z).sample, x)
        if not decoder_only:
            loss = loss + KL_WEIGHT * posterior.kl().mean() / z[0].numel() * 50
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        ema.step(model.parameters())
        running += (float(loss.detach()) - running) / min(step - first + 1, 100)
        if (step + 1) % log_every == 0 or step + 1 == steps:
            raw = {k: v.clone() for k, v in model.state_dict().items()}
            ema.copy_to(model.parameters())
            averaged = {k: v.clone() for k, v in model.state_dict().items()}
            quality = psnr(model, held_out)
            sheet(model, held_out[:14], runs / f"{name}.png")
            model.load_state_dict(raw)
            checkpoint.save(
                path,
                {
                    "model": raw,
                    "ema": averaged,
                    "ema_state": ema.state_dict(),
                    "optimiser": optimiser.state_dict(),
                    "step": step + 1,
                },
            )
            tqdm.write(
                f"{name} {step + 1}: loss {running:.4f}, {quality:.2f} dB, latent std {float(z.detach().std()):.3f}, {time.time() - started:.0f} s"
            )
