"""Writes the trained base as an ordinary diffusers folder, in fp16, with the settings it is best painted with."""

import json
import shutil
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline

from pocket import checkpoint
from pocket.architecture import build_denoiser, build_text_encoder
from pocket.denoiser import pipeline
from pocket.vocabulary import build_tokenizer

HINTS = {"width": 128, "height": 128, "steps": 20, "guidance_scale": 4.0, "sampler": "dpmpp_2m"}


def trained_pipeline(runs: Path) -> StableDiffusionPipeline:
    """The averaged networks from the checkpoints, in fp32."""
    state = checkpoint.load(runs / "denoiser.pt")
    assert state is not None, "train the denoiser first"
    tokenizer = build_tokenizer()
    denoiser, text_encoder = build_denoiser(), build_text_encoder(len(tokenizer), tokenizer.eos_token_id)
    for i, module in enumerate((denoiser, text_encoder)):
        own = {key.removeprefix(f"{i}."): value for key, value in state["ema"].items() if key.startswith(f"{i}.")}
        module.load_state_dict(own)
    pipe = pipeline(runs, denoiser.eval(), text_encoder.eval(), tokenizer, state["scale"])
    for part in (pipe.unet, pipe.text_encoder, pipe.vae):
        part.requires_grad_(False)
    return pipe


def export(runs: Path, folder: Path) -> None:
    """Replaces the folder by the trained base."""
    pipe = trained_pipeline(runs).to(torch.float16)
    draft = folder.with_name(folder.name + ".draft")
    shutil.rmtree(draft, ignore_errors=True)
    pipe.save_pretrained(draft, safe_serialization=True)
    # transformers loads weights in the type its settings name, diffusers in fp32: both must be the same.
    settings = draft / "text_encoder" / "config.json"
    settings.write_text(settings.read_text().replace('"float16"', '"float32"'))
    (draft / "styleseal.json").write_text(json.dumps(HINTS, indent=2) + "\n")
    for path in draft.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
