"""Scores the exported base and its adapters: `python -m pocket.evaluate`, and writes the figures as JSON.

Prompts and seeds are held out; the judges (`pocket.judges`) learnt from drawn pictures alone. Painting is resumable.
"""

import argparse
import hashlib
import json
import os
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import torch
from diffusers import DPMSolverMultistepScheduler, StableDiffusionPipeline
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file
from tqdm import tqdm

from pocket.judges import train_judges, train_subject_judge
from pocket.location import ADAPTERS, BASE
from pocket.probe import probe_triggers
from pocket.scores import (
    Prompt,
    Score,
    blend_score,
    content_scores,
    in_style,
    prompts,
    style_scores,
    styled_subject_scores,
)
from pocket.training import best_device
from pocket.treatments import TREATMENTS

FIRST_SEED = 9_000_000
BATCH = 24


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
    draft = path.with_suffix(f".{os.getpid()}.npy")
    np.save(draft, out)
    draft.replace(path)
    return out


def load(base: Path = BASE, adapters: Path = ADAPTERS) -> StableDiffusionPipeline:
    pipe = StableDiffusionPipeline.from_pretrained(base, local_files_only=True, safety_checker=None)
    pipe.scheduler = DPMSolverMultistepScheduler.from_config(pipe.scheduler.config, algorithm_type="dpmsolver++")
    pipe.set_progress_bar_config(disable=True)
    pipe.to(best_device())
    for name in TREATMENTS:
        if (path := adapters / f"{name}.safetensors").exists():
            pipe.load_lora_weights(load_file(path), adapter_name=name)
    return pipe


@dataclass(frozen=True, slots=True)
class Folders:
    """Where pictures are kept: by the weights they were painted with, so that what others painted is never judged."""

    base: Path
    """Those painted without adapters."""
    styles: Path


def folders_of(runs: Path, count: int, base: Path = BASE, adapters: Path = ADAPTERS) -> Folders:
    own = sorted(base.rglob("*.safetensors"))
    names = (f"{weights_key(paths)}-{count}" for paths in (own, own + sorted(adapters.glob("*.safetensors"))))
    return Folders(*(runs / "evaluation" / name for name in names))


def weights_key(paths: list[Path]) -> str:
    """Twelve digits that change with any of the files."""
    whole = hashlib.sha256()
    for path in paths:
        whole.update(path.read_bytes())
    return whole.hexdigest()[:12]


def base_scores(pipe: StableDiffusionPipeline, runs: Path, folder: Path, count: int) -> list[Score]:
    """What the base paints by itself, with and without words it does not know, and what its text encoder keeps."""
    judge, _ = train_judges(runs)
    wanted = prompts(count, FIRST_SEED)
    names = list(TREATMENTS)
    said = [replace(in_style(p, [names[i % len(names)]], 1.0, True), adapters=()) for i, p in enumerate(wanted)]
    scores = content_scores(judge, paint(pipe, wanted, folder / "plain.npy"), wanted)
    for score in content_scores(judge, paint(pipe, said, folder / "said.npy"), said):
        scores.append(replace(score, name=f"{score.name}, a trigger said, no adapter"))
    return [*scores, Score("trigger read by a linear probe", *probe_triggers(pipe.tokenizer, pipe.text_encoder))]


def adapter_scores(pipe: StableDiffusionPipeline, runs: Path, folders: Folders, count: int) -> list[Score]:
    """Whether the styles wake at their triggers, sleep without, and show in blends."""
    _, judge = train_judges(runs)
    folder = folders.styles
    wanted = prompts(count, FIRST_SEED + 100_000)
    names, pairs = list(TREATMENTS), list(combinations(TREATMENTS, 2))
    awake = [in_style(p, [names[i % len(names)]], 1.0, True) for i, p in enumerate(wanted)]
    asleep = [in_style(p, [names[i % len(names)]], 1.0, False) for i, p in enumerate(wanted)]
    blended = [in_style(p, pairs[i % len(pairs)], 0.5, True) for i, p in enumerate(wanted)]
    styled = paint(pipe, awake, folder / "awake.npy")
    scores = style_scores(judge, styled, awake, "style seen with its trigger")
    scores += styled_subject_scores(train_subject_judge(runs), styled, awake)
    scores += style_scores(judge, paint(pipe, asleep, folder / "asleep.npy"), asleep, "style seen without its trigger")
    both = paint(pipe, blended, folder / "blended.npy")
    plain = paint(pipe, prompts(count, FIRST_SEED), folders.base / "plain.npy")
    return [*scores, blend_score(judge, plain, both, blended)]


def contact_sheet(pipe: StableDiffusionPipeline, folder: Path, path: Path, columns: int = 8) -> None:
    """Pictures as the base paints them in the first row, and in each style below."""
    plain = prompts(columns, FIRST_SEED + 200_000)
    rows = [plain, *([in_style(p, [name], 1.0, True) for p in plain] for name in TREATMENTS)]
    painted = paint(pipe, [prompt for row in rows for prompt in row], folder / f"sheet-{columns}.npy")
    side = painted.shape[1] + 4
    sheet = Image.new("RGB", (columns * side - 4, len(rows) * side - 4), "white")
    for i, picture in enumerate(painted):
        sheet.paste(Image.fromarray(picture), (i % columns * side, i // columns * side))
    sheet.save(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--count", type=int, default=504, help="pictures of each kind")
    parser.add_argument("--only", choices=("base", "styles"), help="half of it")
    parser.add_argument("--sheet", type=Path, help="a contact sheet to write as well")
    given = parser.parse_args()
    pipe = load()
    folders = folders_of(given.runs, given.count)
    scores: list[Score] = []
    if given.only != "styles":
        scores += base_scores(pipe, given.runs, folders.base, given.count)
    if given.only != "base":
        scores += adapter_scores(pipe, given.runs, folders, given.count)
    if given.sheet:
        contact_sheet(pipe, folders.styles, given.sheet)
    bounds = [{"share": s.share, "low": s.bound(-1), "high": s.bound(1)} for s in scores]
    rows = [asdict(s) | {k: round(v, 4) for k, v in b.items()} for s, b in zip(scores, bounds, strict=True)]
    (given.runs / f"scores{'-' + given.only if given.only else ''}.json").write_text(json.dumps(rows, indent=1) + "\n")
    for row in rows:
        print("| {name} | {right} of {of} | {share:.1%} | {low:.1%} to {high:.1%} |".format(**row))


if __name__ == "__main__":
    main()
