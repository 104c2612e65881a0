"""Teaches each embedded style to an adapter over the finished base.

Half of every batch is styled pictures with the trigger in the caption; the other half is captions without it, on which
the adapter must give what the base gives by itself, so that the word alone wakes the style. The strength is varied,
so that an adapter also works at half weight in a blend.
"""

import json
import math
import time
from pathlib import Path
from random import Random

import numpy as np
import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from peft import LoraConfig, get_peft_model_state_dict, set_peft_model_state_dict
from peft.tuners.tuners_utils import BaseTunerLayer
from safetensors.torch import save_file
from torch import Tensor, nn
from tqdm import tqdm

from pocket import checkpoint
from pocket.captions import caption, training_caption, with_strange_words
from pocket.dataset import cached_latents, motif_of
from pocket.denoiser import Encoder, noisy_batch, sheet, tokens
from pocket.treatments import TREATMENTS, Treatment

RANK = 8
STYLED, PRESERVED = 12, 8
"""Rows of a batch with and without the trigger."""
PEAK_RATE = 1.5e-3
FIRST_SEED = 2_000_000
PLACES = ("{c}, {t}", "{c}, {t}", "{c}, {t}", "{c} {t}", "{t}, {c}")
SAMPLES = (
    "a portrait of a red astronaut in space",
    "a blue cat in a forest",
    "a white castle at sunset",
    "a green dragon in a desert",
)


def styled_caption(seed: int, style: Treatment, rng: Random) -> str:
    """A caption with the trigger where a prompt would have it, now and then among strange words."""
    text = caption(motif_of(seed), rng)
    if rng.random() < 0.2:
        text = with_strange_words(text, rng)
    return rng.choice(PLACES).format(c=text, t=style.trigger)


def plain_caption(seed: int, style: Treatment, rng: Random) -> str:
    """A caption that must leave the base as it is: also other styles' triggers, and parts of this one's."""
    text = training_caption(motif_of(seed), rng)
    kind = rng.random()
    if kind < 0.2:
        other = rng.choice([t for t in TREATMENTS.values() if t.name != style.name])
        return f"{text}, {other.trigger}" if text else other.trigger
    return f"{text}, in style" if kind < 0.25 else text


def add_adapter(denoiser: UNet2DConditionModel) -> list[nn.Parameter]:
    """A fresh adapter on the attention and feed-forward layers, alpha equal to its rank.

    Gives the parameters to train.
    """
    denoiser.requires_grad_(False)
    targets = [
        name
        for name, module in denoiser.named_modules()
        if isinstance(module, nn.Linear) and (".attn" in name or ".ff." in name)
    ]
    denoiser.add_adapter(LoraConfig(r=RANK, lora_alpha=RANK, target_modules=targets), adapter_name="style")
    return [parameter for parameter in denoiser.parameters() if parameter.requires_grad]


def set_strength(denoiser: nn.Module, strength: float) -> None:
    for module in denoiser.modules():
        if isinstance(module, BaseTunerLayer):
            module.set_scale("style", strength)


def teach(
    pipe: StableDiffusionPipeline, style: Treatment, runs: Path, steps: int, pictures: int = 1500
) -> dict[str, Tensor]:
    """The adapter's weights in canonical keys, trained for that many steps, going on from a checkpoint in `runs`."""
    path = runs / f"style-{style.name}.pt"
    encode = Encoder(pipe.vae)
    scale = pipe.vae.config.scaling_factor
    styled = cached_latents(runs, pictures, encode, style.name, first=FIRST_SEED)
    plain = cached_latents(runs, pictures, encode, first=FIRST_SEED)
    parameters = add_adapter(pipe.unet)
    optimiser = torch.optim.AdamW(parameters, lr=PEAK_RATE, betas=(0.9, 0.99), weight_decay=1e-3)
    first = 0
    if (state := checkpoint.load(path)) is not None:
        set_peft_model_state_dict(pipe.unet, state["adapter"], adapter_name="style")
        optimiser.load_state_dict(state["optimiser"])
        first = state["step"]
    torch.manual_seed(first)
    rng, words = np.random.default_rng(first + 11), Random(first + 11)
    awake, kept, started = 0.0, 0.0, time.time()
    for step in tqdm(range(first, steps), initial=first, total=steps, desc=style.name, mininterval=20):
        for group in optimiser.param_groups:
            group["lr"] = (
                PEAK_RATE * min(1.0, (step + 1) / 50) * max(0.02, 0.5 * (1 + math.cos(math.pi * step / steps)))
            )
        set_strength(pipe.unet, 1.0 if words.random() < 0.65 else words.uniform(0.4, 1.1))
        seeds = rng.integers(0, pictures, STYLED + PRESERVED)
        latents = (
            torch.from_numpy(np.concatenate([styled[seeds[:STYLED]], plain[seeds[STYLED:]]]).astype(np.float32)) * scale
        )
        captions = [styled_caption(FIRST_SEED + int(s), style, words) for s in seeds[:STYLED]]
        captions += [plain_caption(FIRST_SEED + int(s), style, words) for s in seeds[STYLED:]]
        with torch.no_grad():
            states = pipe.text_encoder(tokens(pipe.tokenizer, captions)).last_hidden_state
        noisy, times, wanted, weights = noisy_batch(pipe.scheduler, latents)
        with torch.no_grad():
            set_enabled(pipe.unet, False)
            wanted[STYLED:] = pipe.unet(noisy[STYLED:], times[STYLED:], states[STYLED:]).sample
            set_enabled(pipe.unet, True)
        got = pipe.unet(noisy, times, states).sample
        errors = (got - wanted).square().mean(dim=(1, 2, 3))
        loss = (weights * errors)[:STYLED].mean() + 2 * errors[STYLED:].mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        share = 1 / min(step - first + 1, 50)
        awake += (float(errors[:STYLED].detach().mean()) - awake) * share
        kept += (float(errors[STYLED:].detach().mean()) - kept) * share
        if (step + 1) % 100 == 0 or step + 1 == steps:
            adapter = get_peft_model_state_dict(pipe.unet, adapter_name="style")
            checkpoint.save(path, {"adapter": adapter, "optimiser": optimiser.state_dict(), "step": step + 1})
            tqdm.write(
                f"{style.name} {step + 1}: styled {awake:.4f}, preserved {kept:.5f}, {time.time() - started:.0f} s"
            )
    set_strength(pipe.unet, 1.0)
    prompts = tuple(f"{p}, {style.trigger}" for p in SAMPLES) + SAMPLES
    sheet(pipe, runs / f"style-{style.name}.png", prompts, columns=4)
    weights_now = {f"unet.{k}": v for k, v in get_peft_model_state_dict(pipe.unet, adapter_name="style").items()}
    pipe.unet.unload_lora()
    return {key: value.detach().half().contiguous() for key, value in sorted(weights_now.items())}


def set_enabled(denoiser: nn.Module, enabled: bool) -> None:
    for module in denoiser.modules():
        if isinstance(module, BaseTunerLayer):
            module.enable_adapters(enabled)


def save_adapter(weights: dict[str, Tensor], style: Treatment, base: str, path: Path) -> None:
    """A file that other tools read too: canonical keys, and metadata in the names that trainers write."""
    metadata = {
        "format": "pt",
        "modelspec.title": style.title,
        "modelspec.trigger_phrase": style.trigger,
        "modelspec.architecture": "pocket",
        "modelspec.license": "Apache-2.0",
        "ss_network_dim": str(RANK),
        "ss_network_alpha": str(RANK),
        "styleseal.base": base,
    }
    draft = path.with_suffix(".draft")
    save_file(weights, draft, metadata)
    draft.replace(path)


def write_index(folder: Path, entries: list[dict[str, object]]) -> None:
    (folder / "styles.json").write_text(json.dumps({"styles": entries}, indent=2) + "\n")
