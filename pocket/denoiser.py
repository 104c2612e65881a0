"""Trains the text encoder and the UNet together on cached latents, and the encoder to keep strange words readable.

Velocity prediction with min-SNR weights (Hang et al., 2023), guidance dropout inside the captions, an exponential
moving average. The rate is constant until the last quarter, so that training can be prolonged before it ends.
"""

from pathlib import Path
from random import Random

import numpy as np
import torch
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from transformers import CLIPTextModel, CLIPTokenizer

from pocket import checkpoint
from pocket.architecture import build_autoencoder, build_denoiser, build_scheduler, build_text_encoder
from pocket.captions import training_caption
from pocket.dataset import Pictures, cached_latents, motif_of
from pocket.location import BASE
from pocket.spelling import Spelling
from pocket.training import Run, best_device
from pocket.vocabulary import build_tokenizer

BATCH = 24
FIRST_SEED = 1_000_000
"""Of the pictures it learns from; those of the autoencoder and of the evaluation lie elsewhere."""
PEAK_RATE = 7e-4
SNR_LIMIT = 5.0
SPELLING = 0.1
"""Weight of how well strange words can be read against how well pictures are painted."""
SAMPLES = (
    "astronaut",
    "a portrait of a red astronaut in space",
    "a blue cat in a forest",
    "a white castle at sunset",
    "a green dragon in a desert",
    "a yellow owl in snow",
    "a pink bicycle in a city",
    "an orange fish at sea",
    "a purple ship at sea",
    "a turquoise robot in a meadow",
    "black house, in qvzt style",
    "a red flower in a meadow",
)


def trained_autoencoder(runs: Path) -> AutoencoderKL:
    """The averaged autoencoder, with the decoder that went on training where there is one; else the exported one."""
    state = checkpoint.load(runs / "decoder.pt") or checkpoint.load(runs / "autoencoder.pt")
    if state is None:
        exported: AutoencoderKL = AutoencoderKL.from_pretrained(BASE / "vae", torch_dtype=torch.float32)
        return exported.eval().requires_grad_(False)
    model = build_autoencoder()
    model.load_state_dict(state["ema"])
    return model.eval().requires_grad_(False)


def start_from_exported(denoiser: UNet2DConditionModel, text_encoder: CLIPTextModel) -> None:
    """Training that has no checkpoint goes on from the base that is there, so that it can only get better."""
    if (BASE / "unet").exists():
        denoiser.load_state_dict(UNet2DConditionModel.from_pretrained(BASE / "unet").state_dict())
        text_encoder.load_state_dict(CLIPTextModel.from_pretrained(BASE / "text_encoder").state_dict())


class Encoder:
    """Pictures (batch, side, side, 3) in bytes to the means of their latents."""

    def __init__(self, model: AutoencoderKL) -> None:
        self.model = model

    def __call__(self, pictures: Pictures) -> NDArray[np.float32]:
        x = torch.from_numpy(pictures).permute(0, 3, 1, 2).float().div(127.5).sub(1)
        with torch.no_grad():
            means = self.model.encode(x.to(self.model.device)).latent_dist.mean
        return means.cpu().contiguous().numpy()  # type: ignore[no-any-return]


def tokens(tokenizer: CLIPTokenizer, captions: list[str]) -> Tensor:
    """Token ids, shape (batch, 77), cut and padded as the pipelines do."""
    ids: Tensor = tokenizer(
        captions, padding="max_length", truncation=True, max_length=tokenizer.model_max_length, return_tensors="pt"
    ).input_ids
    return ids


def velocity_weights(scheduler: DDIMScheduler, times: Tensor) -> Tensor:
    """min(SNR + 1, limit) / (SNR + 1) for each time step, shape (batch,).

    Hang et al. have min(SNR, limit) above the line. On latents as small as these, what a picture shows is settled
    where noise prevails, and there that weight goes to nothing.
    """
    alphas: Tensor = scheduler.alphas_cumprod.to(times.device)[times]
    snr = alphas / (1 - alphas)
    return (snr + 1).clamp(max=SNR_LIMIT) / (snr + 1)


def noisy_batch(scheduler: DDIMScheduler, latents: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Noised latents, their time steps (spread evenly over the batch), the velocity to predict, the rows' weights."""
    noise = torch.randn_like(latents)
    spread = (torch.randperm(len(latents)) + torch.rand(len(latents))) / len(latents)
    times = (spread * 1000).long().to(latents.device)
    noisy = scheduler.add_noise(latents, noise, times).contiguous(memory_format=torch.channels_last)
    return noisy, times, scheduler.get_velocity(latents, noise, times), velocity_weights(scheduler, times)


def rate_at(step: int, steps: int) -> float:
    """Warm-up over 300 steps, constant, then straight down to a fiftieth over the last quarter."""
    left = (steps - step) / (steps * 0.25)
    return PEAK_RATE * min(1.0, (step + 1) / 300, max(0.02, left))


def pipeline(
    runs: Path, denoiser: UNet2DConditionModel, text_encoder: CLIPTextModel, tokenizer: CLIPTokenizer, scale: float
) -> StableDiffusionPipeline:
    autoencoder = trained_autoencoder(runs)
    autoencoder.to(denoiser.device).register_to_config(scaling_factor=scale)
    pipe = StableDiffusionPipeline(
        vae=autoencoder,
        text_encoder=text_encoder,
        tokenizer=tokenizer,
        unet=denoiser,
        scheduler=build_scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe


def sheet(pipe: StableDiffusionPipeline, path: Path, prompts: tuple[str, ...] = SAMPLES, columns: int = 6) -> None:
    images = pipe(
        list(prompts),
        num_inference_steps=20,
        guidance_scale=4.0,
        generator=torch.Generator().manual_seed(7),
        height=128,
        width=128,
    ).images
    rows = -(-len(images) // columns)
    canvas = Image.new("RGB", (columns * 132, rows * 132), "white")
    for i, image in enumerate(images):
        canvas.paste(image, (i % columns * 132, i // columns * 132))
    canvas.save(path)


def train_denoiser(runs: Path, steps: int, pictures: int = 24_000) -> None:
    """Trains up to `steps` steps, going on from the last checkpoint in `runs`; a sheet of samples every 1000."""
    raw = cached_latents(runs, pictures, Encoder(trained_autoencoder(runs)), first=FIRST_SEED)
    scale = 1 / float(raw[:2000].astype(np.float32).std())
    device = best_device()
    tokenizer, scheduler = build_tokenizer(), build_scheduler()
    torch.manual_seed(0)
    denoiser = build_denoiser().to(device, memory_format=torch.channels_last)
    text_encoder = build_text_encoder(len(tokenizer), tokenizer.eos_token_id).to(device)
    start_from_exported(denoiser, text_encoder)
    spelling = Spelling(tokenizer, text_encoder.config.hidden_size).to(device)
    trained = nn.ModuleList([denoiser, text_encoder, spelling])
    run = Run("denoiser", runs / "denoiser.pt", trained, PEAK_RATE, 0.9985, list(trained.parameters()))
    rng, words = np.random.default_rng(run.first), Random(run.first)
    torch.manual_seed(run.first)
    misread = 0.0
    for step in run.steps(steps):
        chosen = rng.integers(0, pictures, BATCH)
        latents = (torch.from_numpy(raw[chosen].astype(np.float32)) * scale).to(device)
        captions = [training_caption(motif_of(FIRST_SEED + int(i)), words) for i in chosen]
        ids = tokens(tokenizer, captions).to(device)
        states = text_encoder(ids).last_hidden_state
        noisy, times, wanted, weights = noisy_batch(scheduler, latents)
        got = denoiser(noisy, times, states).sample
        painted = (weights * (got - wanted).square().mean(dim=(1, 2, 3))).mean()
        spelt = spelling(ids, states)
        misread += (float(spelt.detach()) - misread) / min(run.step - run.first + 1, 200)
        run.advance(painted + SPELLING * spelt, rate_at(step, steps))
        if run.step % 250 == 0 or run.step == steps:
            run.save(scale=scale)
            run.say(f", of which misread {SPELLING * misread:.4f}")
            if run.step % 1000 == 0 or run.step == steps:
                with run.averaged():
                    pipe = pipeline(runs, denoiser, text_encoder, tokenizer, scale)
                    sheet(pipe, runs / f"denoiser-{run.step:06}.png")
