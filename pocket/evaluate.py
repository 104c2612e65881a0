"""Scores the exported base and its adapters: `python -m pocket.evaluate`, and writes the figures as JSON.

Prompts and seeds are held out; the judges (`pocket.judges`) learnt from drawn pictures alone. Painting is resumable.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from math import sqrt
from pathlib import Path
from random import Random

import numpy as np
import torch
from diffusers import DPMSolverMultistepScheduler, StableDiffusionPipeline
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor
from tqdm import tqdm

from pocket.captions import caption
from pocket.draw import Motif, random_motif
from pocket.judges import CONTENT, STYLES, Judge, as_input, train_judges
from pocket.location import ADAPTERS, BASE
from pocket.probe import probe_triggers
from pocket.training import best_device
from pocket.treatments import TREATMENTS

FIRST_SEED = 9_000_000
BATCH = 24


@dataclass(frozen=True, slots=True)
class Score:
    """How many of how many; `low` is the lower bound of the 95% Wilson interval."""

    name: str
    right: int
    of: int

    @property
    def share(self) -> float:
        return self.right / self.of

    def bound(self, side: int) -> float:
        """The Wilson interval's lower (-1) or upper (+1) end at 95% (Wilson, 1927)."""
        z, n, p = 1.96, self.of, self.share
        middle = p + z * z / (2 * n)
        return (middle + side * z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n)


@dataclass(frozen=True, slots=True)
class Prompt:
    text: str
    motif: Motif
    seed: int
    adapters: tuple[tuple[str, float], ...] = ()


def prompts(count: int, first: int) -> list[Prompt]:
    """Held-out motifs in held-out wordings that name colour and setting."""
    found = []
    for seed in range(first, first + count):
        rng = Random(seed)
        motif = random_motif(rng)
        found.append(Prompt(caption(motif, rng, whole=True), motif, seed))
    return found


def in_style(prompt: Prompt, names: Sequence[str], weight: float, triggers: bool) -> Prompt:
    said = "".join(f", {TREATMENTS[name].trigger}" for name in names) if triggers else ""
    return Prompt(prompt.text + said, prompt.motif, prompt.seed, tuple((name, weight) for name in names))


def paint(pipe: StableDiffusionPipeline, wanted: list[Prompt], path: Path) -> NDArray[np.uint8]:
    """The prompts' pictures, (n, 128, 128, 3); one set of adapters to a batch, each picture with its seed."""
    if path.exists():
        return np.load(path)  # type: ignore[no-any-return]
    out = np.zeros((len(wanted), 128, 128, 3), np.uint8)
    groups: dict[tuple[tuple[str, float], ...], list[int]] = {}
    for i, prompt in enumerate(wanted):
        groups.setdefault(prompt.adapters, []).append(i)
    batches = [(key, rows[i : i + BATCH]) for key, rows in groups.items() for i in range(0, len(rows), BATCH)]
    for key, rows in tqdm(batches, desc=path.stem, mininterval=10):
        if key:
            pipe.enable_lora()
            pipe.set_adapters([name for name, _ in key], [weight for _, weight in key])
        else:
            pipe.disable_lora()
        generators = [torch.Generator().manual_seed(wanted[i].seed) for i in rows]
        texts = [wanted[i].text for i in rows]
        images = pipe(
            texts,
            num_inference_steps=20,
            guidance_scale=4.0,
            width=128,
            height=128,
            generator=generators,
            output_type="np",
        ).images
        out[rows] = (images * 255).round().astype(np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, out)
    return out


def judged(judge: Judge, pictures: NDArray[np.uint8]) -> dict[str, Tensor]:
    """Logits by question, each (n, classes)."""
    with torch.no_grad():
        return judge(as_input(pictures))  # type: ignore[no-any-return]


def content_scores(judge: Judge, pictures: NDArray[np.uint8], wanted: list[Prompt]) -> list[Score]:
    got = judged(judge, pictures)
    scores = []
    for question, classes in CONTENT.items():
        answers = torch.tensor([classes.index(getattr(prompt.motif, question)) for prompt in wanted])
        scores.append(Score(f"{question} right", int((got[question].argmax(1) == answers).sum()), len(wanted)))
    return scores


def style_scores(judge: Judge, pictures: NDArray[np.uint8], wanted: list[Prompt], name: str) -> list[Score]:
    """How often the judge sees the style of the picture's adapter: over all, and style by style."""
    best = judged(judge, pictures)["style"].argmax(1)
    right = [STYLES[int(b)] == prompt.adapters[0][0] for b, prompt in zip(best, wanted, strict=True)]
    scores = [Score(name, sum(right), len(right))]
    for style in TREATMENTS:
        own = [ok for ok, prompt in zip(right, wanted, strict=True) if prompt.adapters[0][0] == style]
        scores.append(Score(f"{name}: {style}", sum(own), len(own)))
    return scores


def blend_score(judge: Judge, plain: NDArray[np.uint8], blends: NDArray[np.uint8], wanted: list[Prompt]) -> Score:
    """How often both styles of a blend score above the 95th percentile of pictures without an adapter."""
    limits = judged(judge, plain)["style"].quantile(0.95, dim=0)
    got = judged(judge, blends)["style"]
    right = 0
    for scores, prompt in zip(got, wanted, strict=True):
        columns = [STYLES.index(name) for name, _ in prompt.adapters]
        right += all(float(scores[c]) > float(limits[c]) for c in columns)
    return Score("blend at half weight shows both styles", right, len(wanted))


def load(base: Path = BASE, adapters: Path = ADAPTERS) -> StableDiffusionPipeline:
    pipe = StableDiffusionPipeline.from_pretrained(base, local_files_only=True, safety_checker=None)
    pipe.scheduler = DPMSolverMultistepScheduler.from_config(pipe.scheduler.config, algorithm_type="dpmsolver++")
    pipe.set_progress_bar_config(disable=True)
    pipe.to(best_device())
    for name in TREATMENTS:
        if (path := adapters / f"{name}.safetensors").exists():
            pipe.load_lora_weights(load_file(path), adapter_name=name)
    return pipe


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--count", type=int, default=504, help="pictures of each kind")
    parser.add_argument("--only", choices=("base", "styles", "all"), default="all")
    given = parser.parse_args()
    pipe = load()
    content, style = train_judges(given.runs)
    folder = given.runs / "evaluation"
    wanted = prompts(given.count, FIRST_SEED)
    plain = paint(pipe, wanted, folder / "plain.npy")
    scores = content_scores(content, plain, wanted)
    probe_right, probe_of = probe_triggers(pipe.tokenizer, pipe.text_encoder)
    scores.append(Score("trigger readable by a linear probe", probe_right, probe_of))
    if given.only != "base":
        names = list(TREATMENTS)
        pairs = list(combinations(names, 2))
        others = prompts(given.count, FIRST_SEED + 100_000)
        awake = [in_style(p, [names[i % len(names)]], 1.0, True) for i, p in enumerate(others)]
        asleep = [in_style(p, [names[i % len(names)]], 1.0, False) for i, p in enumerate(others)]
        blended = [in_style(p, pairs[i % len(pairs)], 0.5, True) for i, p in enumerate(others)]
        scores += style_scores(style, paint(pipe, awake, folder / "awake.npy"), awake, "style with its trigger")
        scores += style_scores(style, paint(pipe, asleep, folder / "asleep.npy"), asleep, "style without its trigger")
        scores.append(blend_score(style, plain, paint(pipe, blended, folder / "blended.npy"), blended))
    rows = [
        asdict(s) | {"share": round(s.share, 4), "low": round(s.bound(-1), 4), "high": round(s.bound(1), 4)}
        for s in scores
    ]
    (given.runs / "scores.json").write_text(json.dumps(rows, indent=1) + "\n")
    for score in scores:
        bounds = f"95%: {score.bound(-1):.1%} to {score.bound(1):.1%}"
        print(f"{score.name:45} {score.right:4}/{score.of:<4} {score.share:7.1%}   {bounds}")


if __name__ == "__main__":
    main()
