"""Small classifiers that judge pictures: they learn from drawn pictures only, never from painted ones.

One judges what a picture shows (subject, colour, setting), one its style, one the subject of a picture in a style.
Their pictures have seeds that no part of the base was trained on. Pictures are blurred and disturbed while they learn,
since an autoencoder's are soft.
"""

from multiprocessing import Pool
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from pocket import checkpoint
from pocket.dataset import drawn, motif_of
from pocket.draw import COLOURS
from pocket.scenes import SCENES
from pocket.subjects import SUBJECTS
from pocket.treatments import TREATMENTS

FIRST_SEED = 5_000_000
CONTENT = {"subject": list(SUBJECTS), "colour": list(COLOURS), "setting": list(SCENES)}
STYLES = ["plain", *TREATMENTS]


class Judge(nn.Module):
    """A convolutional classifier of (batch, 3, 64, 64) pictures in 0..1, with a head per question."""

    def __init__(self, heads: dict[str, list[str]], width: int = 32) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 3
        for level in range(4):
            out = width * 2**level if level < 3 else width * 4
            layers += [nn.Conv2d(channels, out, 3, padding=1), nn.BatchNorm2d(out), nn.ReLU(), nn.MaxPool2d(2)]
            channels = out
        self.body = nn.Sequential(*layers)
        self.heads = nn.ModuleDict({name: nn.Linear(channels * 2, len(classes)) for name, classes in heads.items()})

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        features = self.body(pictures)
        pooled = torch.cat([features.mean(dim=(2, 3)), features.amax(dim=(2, 3))], dim=1)
        return {name: head(pooled) for name, head in self.heads.items()}


def as_input(pictures: NDArray[np.uint8]) -> Tensor:
    """(batch, 128, 128, 3) bytes to what a judge looks at."""
    return F.avg_pool2d(torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255, 2)


def disturbed(pictures: Tensor) -> Tensor:
    """Softened, shifted in colour and grained at random."""
    soft = F.avg_pool2d(F.pad(pictures, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    share = torch.rand(len(pictures), 1, 1, 1)
    out = pictures * (1 - share) + soft * share
    out = out * (1 + 0.1 * torch.randn(len(pictures), 3, 1, 1)) + 0.04 * torch.randn(len(pictures), 3, 1, 1)
    return (out + 0.03 * torch.rand(len(pictures), 1, 1, 1) * torch.randn_like(out)).clamp(0, 1)


def labels(seed: int) -> tuple[int, int, int]:
    motif = motif_of(seed)
    return (
        CONTENT["subject"].index(motif.subject),
        CONTENT["colour"].index(motif.colour),
        CONTENT["setting"].index(motif.setting),
    )


def _plain(seed: int) -> NDArray[np.uint8]:
    return drawn(seed)


def _styled(seed: int) -> NDArray[np.uint8]:
    style = STYLES[seed % len(STYLES)]
    return drawn(seed, None if style == "plain" else style)


def train_judges(runs: Path, pictures: int = 8000, epochs: int = 7) -> tuple[Judge, Judge]:
    """The judges of content and of style; trained once, then kept in `runs`."""
    content, style = Judge(CONTENT), Judge({"style": STYLES}, width=24)
    if (state := checkpoint.load(runs / "judges.pt")) is not None:
        content.load_state_dict(state["content"])
        style.load_state_dict(state["style"])
        return content.eval(), style.eval()
    seeds = range(FIRST_SEED, FIRST_SEED + pictures)
    with Pool(2) as pool:
        plain = as_input(np.stack(pool.map(_plain, seeds, chunksize=64)))
        styled = as_input(np.stack(pool.map(_styled, seeds, chunksize=64)))
    answers = torch.tensor([labels(seed) for seed in seeds])
    named = torch.tensor([[seed % len(STYLES)] for seed in seeds])
    fit(content, plain, answers, epochs, "content")
    fit(style, styled, named, max(2, epochs // 2), "style")
    checkpoint.save(runs / "judges.pt", {"content": content.state_dict(), "style": style.state_dict()})
    return content.eval(), style.eval()


def train_subject_judge(runs: Path, pictures: int = 8000, epochs: int = 7) -> Judge:
    """The judge of subjects in pictures of any style; trained once, then kept in `runs`."""
    judge = Judge({"subject": CONTENT["subject"]})
    if (state := checkpoint.load(runs / "judge-of-styled.pt")) is not None:
        judge.load_state_dict(state)
        return judge.eval()
    seeds = range(FIRST_SEED + pictures, FIRST_SEED + 2 * pictures)
    with Pool(2) as pool:
        styled = as_input(np.stack(pool.map(_styled, seeds, chunksize=64)))
    fit(judge, styled, torch.tensor([labels(seed)[:1] for seed in seeds]), epochs, "subjects in styles")
    checkpoint.save(runs / "judge-of-styled.pt", judge.state_dict())
    return judge.eval()


def fit(judge: Judge, pictures: Tensor, answers: Tensor, epochs: int, name: str) -> None:
    """Trains on all but the last 500 pictures and says how well those are judged."""
    kept = len(pictures) - 500
    steps = epochs * (kept // 64)
    optimiser = torch.optim.AdamW(judge.parameters(), lr=2e-3, weight_decay=0.02)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps)
    judge.train()
    for _ in tqdm(range(steps), desc=f"judge of {name}", mininterval=10):
        rows = torch.randint(0, kept, (64,))
        got = judge(disturbed(pictures[rows]))
        loss = sum(F.cross_entropy(out, answers[rows, i], label_smoothing=0.05) for i, out in enumerate(got.values()))
        optimiser.zero_grad(set_to_none=True)
        torch.as_tensor(loss).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        plan.step()
    judge.eval()
    with torch.no_grad():
        got = judge(pictures[kept:])
    right = {
        key: float((out.argmax(1) == answers[kept:, i]).float().mean()) for i, (key, out) in enumerate(got.items())
    }
    tqdm.write(
        f"judge of {name} on drawn pictures it never saw: " + ", ".join(f"{k} {v:.1%}" for k, v in right.items())
    )
