"""How painted pictures are scored: what was asked for, what the judges see, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pocket.captions import caption
from pocket.draw import Motif, random_motif
from pocket.judges import CONTENT, STYLES, Judge, as_input
from pocket.treatments import TREATMENTS


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
    return by_style(right, wanted, name)


def styled_subject_scores(judge: Judge, pictures: NDArray[np.uint8], wanted: list[Prompt]) -> list[Score]:
    """How often the subject is made out in a style: over all, and style by style."""
    best = judged(judge, pictures)["subject"].argmax(1)
    right = [CONTENT["subject"][int(b)] == prompt.motif.subject for b, prompt in zip(best, wanted, strict=True)]
    return by_style(right, wanted, "subject right in a style")


def by_style(right: list[bool], wanted: list[Prompt], name: str) -> list[Score]:
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
