"""Teaches each embedded style to an adapter over the finished base.

Three fifths of a batch are styled pictures with the trigger in the caption; the rest are captions without it, on which
the adapter must give what the base gives by itself, so that the word alone wakes the style. The strength is varied,
so that an adapter also works at half weight in a blend.
"""

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import numpy as np
import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from peft import LoraConfig, get_peft_model_state_dict
from peft.tuners.tuners_utils import BaseTunerLayer
from safetensors.torch import save_file
from torch import Tensor, nn

from pocket.captions import caption, training_caption, with_strange_words
from pocket.dataset import cached_latents, motif_of
from pocket.denoiser import Encoder, noisy_batch, sheet, tokens
from pocket.export import trained_pipeline
from pocket.probe import probe_triggers
from pocket.training import Run, best_device
from pocket.treatments import TREATMENTS, Treatment

ADAPTER = "style"
RANK = 8
STYLED, PRESERVED = 8, 5
"""Rows of a batch with and without the trigger."""
PEAK_RATE = 5e-3
FIRST_SEED = 2_000_000
READABLE = 0.99
"""Share of captions whose trigger a linear probe must read off the text encoder's output."""
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
    denoiser.add_adapter(LoraConfig(r=RANK, lora_alpha=RANK, target_modules=targets), adapter_name=ADAPTER)
    return [parameter for parameter in denoiser.parameters() if parameter.requires_grad]


class Lesson:
    """One style being taught to an adapter over a pipeline's UNet."""

    def __init__(self, pipe: StableDiffusionPipeline, style: Treatment, runs: Path, pictures: int = 1500) -> None:
        self.pipe, self.style, self.runs, self.pictures = pipe, style, runs, pictures
        encode = Encoder(pipe.vae)
        self.styled = cached_latents(runs, pictures, encode, style.name, first=FIRST_SEED)
        self.plain = cached_latents(runs, pictures, encode, first=FIRST_SEED)
        parameters = add_adapter(pipe.unet)
        path = runs / f"style-{style.name}.pt"
        self.run = Run(style.name, path, nn.ParameterList(parameters), PEAK_RATE, 0.98, parameters)
        torch.manual_seed(self.run.first)
        self.rng, self.words = np.random.default_rng(self.run.first + 11), Random(self.run.first + 11)
        self.awake = self.kept = 0.0

    def teach(self, steps: int) -> dict[str, Tensor]:
        """The adapter's weights in canonical keys after that many steps, going on from the last checkpoint."""
        for step in self.run.steps(steps):
            self.run.advance(self._loss(), rate_at(step, steps))
            if self.run.step % 100 == 0 or self.run.step == steps:
                self.run.save()
                self.run.say(f", styled {self.awake:.4f}, preserved {self.kept:.5f}")
        with self.run.averaged():
            self._for_each_layer(lambda layer: layer.set_scale(ADAPTER, 1.0))
            prompts = tuple(f"{p}, {self.style.trigger}" for p in SAMPLES) + SAMPLES
            sheet(self.pipe, self.runs / f"style-{self.style.name}.png", prompts, columns=4)
            weights = get_peft_model_state_dict(self.pipe.unet, adapter_name=ADAPTER)
            for key in weights:
                if ".lora_B." in key:
                    weights[key] = weights[key] * self.style.strength
            return {f"unet.{key}": weights[key].detach().cpu().half().contiguous() for key in sorted(weights)}

    def _loss(self) -> Tensor:
        strength = 1.0 if self.words.random() < 0.65 else self.words.uniform(0.4, 1.1)
        self._for_each_layer(lambda layer: layer.set_scale(ADAPTER, strength))
        latents, states = self._batch()
        noisy, times, wanted, weights = noisy_batch(self.pipe.scheduler, latents)
        with torch.no_grad():
            self._for_each_layer(lambda layer: layer.enable_adapters(False))
            wanted[STYLED:] = self.pipe.unet(noisy[STYLED:], times[STYLED:], states[STYLED:]).sample
            self._for_each_layer(lambda layer: layer.enable_adapters(True))
        errors: Tensor = (self.pipe.unet(noisy, times, states).sample - wanted).square().mean(dim=(1, 2, 3))
        share = 1 / min(self.run.step - self.run.first + 1, 50)
        self.awake += (float(errors[:STYLED].detach().mean()) - self.awake) * share
        self.kept += (float(errors[STYLED:].detach().mean()) - self.kept) * share
        return (weights * errors)[:STYLED].mean() + 2 * errors[STYLED:].mean()

    def _batch(self) -> tuple[Tensor, Tensor]:
        """Scaled latents of styled pictures, then of plain ones, and what the text encoder makes of their captions."""
        chosen = self.rng.integers(0, self.pictures, STYLED + PRESERVED)
        raw = np.concatenate([self.styled[chosen[:STYLED]], self.plain[chosen[STYLED:]]]).astype(np.float32)
        seeds = [FIRST_SEED + int(i) for i in chosen]
        captions = [styled_caption(seed, self.style, self.words) for seed in seeds[:STYLED]]
        captions += [plain_caption(seed, self.style, self.words) for seed in seeds[STYLED:]]
        device = self.pipe.device
        with torch.no_grad():
            states = self.pipe.text_encoder(tokens(self.pipe.tokenizer, captions).to(device)).last_hidden_state
        return torch.from_numpy(raw).to(device) * self.pipe.vae.config.scaling_factor, states

    def _for_each_layer(self, change: Callable[[BaseTunerLayer], None]) -> None:
        for module in self.pipe.unet.modules():
            if isinstance(module, BaseTunerLayer):
                change(module)


def rate_at(step: int, steps: int) -> float:
    """Learning rate: 50 steps of warm-up, then a cosine down to a fiftieth of the peak."""
    return PEAK_RATE * min(1.0, (step + 1) / 50) * max(0.02, 0.5 * (1 + math.cos(math.pi * step / steps)))


def check_triggers(pipe: StableDiffusionPipeline) -> None:
    """Stops where the text encoder does not keep the triggers apart: no adapter could hear them then."""
    right, of = probe_triggers(pipe.tokenizer, pipe.text_encoder)
    print(f"a linear probe reads the trigger off {right} of {of} held-out captions")
    if right < READABLE * of:
        raise SystemExit("The text encoder does not tell the triggers apart; train the denoiser further.")


def teach_all(runs: Path, adapters: Path, steps: int, names: Sequence[str] = tuple(TREATMENTS)) -> None:
    """Teaches the named styles over the base as it stands in `runs`, and writes their files and the index of all."""
    adapters.mkdir(parents=True, exist_ok=True)
    check_triggers(trained_pipeline(runs))
    for name in names:
        style = TREATMENTS[name]
        # A base of its own for each: PEFT leaves its wrappers behind.
        lesson = Lesson(trained_pipeline(runs).to(best_device()), style, runs)
        save_adapter(lesson.teach(steps), style, adapters / f"{name}.safetensors")
        write_index(adapters)


def save_adapter(weights: dict[str, Tensor], style: Treatment, path: Path) -> None:
    """A file that other tools read too: canonical keys, and metadata in the names that trainers write."""
    metadata = {
        "format": "pt",
        "modelspec.title": style.title,
        "modelspec.trigger_phrase": style.trigger,
        "modelspec.architecture": "pocket",
        "modelspec.license": "Apache-2.0",
        "ss_network_dim": str(RANK),
        "ss_network_alpha": str(RANK),
    }
    draft = path.with_suffix(".draft")
    save_file(weights, draft, metadata)
    draft.chmod(0o644)
    draft.replace(path)


def write_index(adapters: Path) -> None:
    """`styles.json`: the styles whose files are in the folder, as a catalogue reads them."""
    entries = [
        {
            "name": style.name,
            "file": f"{style.name}.safetensors",
            "sha256": hashlib.sha256((adapters / f"{style.name}.safetensors").read_bytes()).hexdigest(),
            "title": style.title,
            "trigger": style.trigger,
            "weight": 1.0,
            "range": [0.0, 1.3],
            "family": "sd",
            "licence": "Apache-2.0",
            "credit": "StyleSeal",
        }
        for style in TREATMENTS.values()
        if (adapters / f"{style.name}.safetensors").exists()
    ]
    (adapters / "styles.json").write_text(json.dumps({"styles": entries}, indent=2) + "\n")
