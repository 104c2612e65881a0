"""Teaches the text encoder to keep words it does not know readable, without moving what the UNet reads.

The UNet passes over strange words, so nothing in its training keeps them: the encoder forgets them, and an adapter
could not hear its trigger. Here a linear head must tell from the encoder's output at the end of a word how it is spelt,
while the keys and values that the UNet makes of that output stay as they were.
"""

import copy
from pathlib import Path
from random import Random

import torch
from torch import Tensor, nn
from transformers import CLIPTextModel

from pocket.captions import STRANGE_PLACES, caption, strange_word
from pocket.denoiser import tokens
from pocket.draw import random_motif
from pocket.export import READING, trained_pipeline
from pocket.training import Run
from pocket.vocabulary import word_ends, words_in

BATCH = 16
PEAK_RATE = 1e-3
CODE = 64
LONGEST = 10
"""Tokens of a word that its code tells apart by their place."""
KEEPING = 4.0
"""Weight of what the UNet reads against what the head reads."""


class SpellingCode:
    """A random code for each token at each distance from the end of its word; a word's code is their sum."""

    def __init__(self, tokens: int) -> None:
        generator = torch.Generator().manual_seed(5)
        self.by_place = torch.randn(LONGEST, tokens, CODE, generator=generator)
        self.anywhere = torch.randn(tokens, CODE, generator=generator)

    def __call__(self, ids: list[int]) -> Tensor:
        """The code of a word by its token ids, each number of variance 1."""
        own = ids[-LONGEST:]
        codes = [self.anywhere[token] + self.by_place[place, token] for place, token in enumerate(reversed(own))]
        return torch.stack(codes).sum(0).div((2 * len(own)) ** 0.5)


def captions_with_words(count: int, rng: Random) -> list[str]:
    """Captions with none to three strange words in them."""
    texts = []
    for _ in range(count):
        text = caption(random_motif(rng), rng) if rng.random() < 0.9 else ""
        for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
            text = rng.choice(STRANGE_PLACES).format(c=text, w=strange_word(rng))
        texts.append(text)
    return texts


def read_matrix(denoiser: nn.Module) -> Tensor:
    """All key and value projections of the cross-attention, one above the other: (rows, width of the text)."""
    parts = [
        module.weight
        for name, module in denoiser.named_modules()
        if isinstance(module, nn.Linear) and name.endswith(("attn2.to_k", "attn2.to_v"))
    ]
    return torch.cat([part / part.norm() for part in parts]).detach()


def train_reading(runs: Path, steps: int) -> None:
    """Trains the encoder for that many steps; `trained_pipeline` takes it from then on. Starts over after a kill."""
    (runs / READING).unlink(missing_ok=True)
    pipe = trained_pipeline(runs)
    encoder: CLIPTextModel = pipe.text_encoder.requires_grad_(True)
    before = copy.deepcopy(encoder).requires_grad_(False)
    reads = read_matrix(pipe.unet)
    code, head = SpellingCode(len(pipe.tokenizer)), nn.Linear(encoder.config.hidden_size, CODE)
    ends = word_ends(pipe.tokenizer)
    both = nn.ModuleList([encoder, head])
    run = Run("reading", runs / READING, both, PEAK_RATE, 0.99, list(both.parameters()))
    rng = Random(run.first)
    kept = 0.0
    for step in run.steps(steps):
        ids = tokens(pipe.tokenizer, captions_with_words(BATCH, rng))
        states = encoder(ids).last_hidden_state
        with torch.no_grad():
            wanted = before(ids).last_hidden_state @ reads.T
        change = (states @ reads.T - wanted).square().mean() / wanted.var()
        words = [
            (row, place, code(word)) for row, own in enumerate(ids.tolist()) for place, word in words_in(own, ends)
        ]
        rows, places, spelt = zip(*words, strict=True)
        error = (head(states[list(rows), list(places)]) - torch.stack(spelt)).square().mean()
        kept += (float(change.detach()) - kept) / min(run.step - run.first + 1, 100)
        run.advance(error + KEEPING * change, PEAK_RATE * min(1.0, (step + 1) / 100, max(0.02, 2 * (1 - step / steps))))
        if run.step % 250 == 0:
            run.say(f", of which kept {kept:.4f}")
    run.save()
