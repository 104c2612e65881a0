"""Whether a style's trigger can be read off the text encoder's output: a linear probe on its averaged states."""

from random import Random

import torch
from torch import Tensor, nn
from transformers import CLIPTextModel, CLIPTokenizer

from pocket.captions import caption, with_strange_words
from pocket.draw import random_motif
from pocket.treatments import TREATMENTS


def probe_captions(count: int, seed: int) -> tuple[list[str], list[int]]:
    """Captions with one of the triggers (1..n) or with none (0), often beside other strange words."""
    rng = Random(seed)
    triggers = [t.trigger for t in TREATMENTS.values()]
    texts, answers = [], []
    for _ in range(count):
        answer = rng.randrange(len(triggers) + 1)
        text = caption(random_motif(rng), rng)
        if rng.random() < 0.4 or answer == 0:
            text = with_strange_words(text, rng)
        texts.append(f"{text}, {triggers[answer - 1]}" if answer else text)
        answers.append(answer)
    return texts, answers


def averaged_states(tokenizer: CLIPTokenizer, encoder: CLIPTextModel, texts: list[str]) -> Tensor:
    """The mean of the encoder's output over its tokens, (n, width)."""
    rows = []
    for i in range(0, len(texts), 64):
        ids = tokenizer(
            texts[i : i + 64], padding="max_length", truncation=True, max_length=77, return_tensors="pt"
        ).input_ids
        with torch.no_grad():
            rows.append(encoder(ids.to(encoder.device)).last_hidden_state.mean(dim=1).cpu())
    return torch.cat(rows)


def probe_triggers(
    tokenizer: CLIPTokenizer, encoder: CLIPTextModel, learnt: int = 4000, held_out: int = 1000
) -> tuple[int, int]:
    """Of how many held-out captions the probe says rightly which trigger they have, if any."""
    texts, answers = probe_captions(learnt + held_out, 77)
    states = averaged_states(tokenizer, encoder, texts)
    states = (states - states[:learnt].mean(0)) / states[:learnt].std(0)
    wanted = torch.tensor(answers)
    torch.manual_seed(0)
    probe = nn.Linear(states.shape[1], len(TREATMENTS) + 1)
    optimiser = torch.optim.LBFGS(probe.parameters(), max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        value = (
            nn.functional.cross_entropy(probe(states[:learnt]), wanted[:learnt]) + 1e-5 * probe.weight.square().sum()
        )
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    right = int((probe(states[learnt:]).argmax(1) == wanted[learnt:]).sum())
    return right, held_out
