"""Whether a style's trigger can be read off the text encoder's output: a linear probe at the ends of words."""

from random import Random

import torch
from torch import Tensor, nn
from transformers import CLIPTextModel, CLIPTokenizer

from pocket.captions import caption, known_words, with_strange_words
from pocket.draw import random_motif
from pocket.treatments import TREATMENTS
from pocket.vocabulary import word_ends, words_in


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


def word_states(
    tokenizer: CLIPTokenizer, encoder: CLIPTextModel, texts: list[str]
) -> tuple[Tensor, list[int], list[str]]:
    """The output at the last token of each word of several tokens, (n, width); whose caption it is, which word."""
    ends = word_ends(tokenizer)
    states, owners, words = [], [], []
    for i in range(0, len(texts), 64):
        ids = tokenizer(
            texts[i : i + 64], padding="max_length", truncation=True, max_length=77, return_tensors="pt"
        ).input_ids
        with torch.no_grad():
            output = encoder(ids.to(encoder.device)).last_hidden_state.cpu()
        for row, own in enumerate(ids.tolist()):
            for place, word in words_in(own, ends):
                states.append(output[row, place])
                owners.append(i + row)
                words.append(tokenizer.decode(word).strip())
    return torch.stack(states), owners, words


def probe_triggers(
    tokenizer: CLIPTokenizer, encoder: CLIPTextModel, learnt: int = 4000, held_out: int = 1000
) -> tuple[int, int]:
    """Of how many held-out captions the probe says rightly which trigger they have, if any.

    The probe is one linear layer that names the trigger, or none, at the last token of a word; a caption has the
    trigger that is named with the most certainty at any of its words.
    """
    texts, answers = probe_captions(learnt + held_out, 77)
    states, owners, words = word_states(tokenizer, encoder, texts)
    triggers = [next(w for w in t.trigger.split() if w not in known_words()) for t in TREATMENTS.values()]
    wanted = torch.tensor([triggers.index(word) + 1 if word in triggers else 0 for word in words])
    shown = torch.tensor([owner < learnt for owner in owners])
    probe = fitted(states[shown], wanted[shown])
    with torch.no_grad():
        certainty = probe(states).softmax(dim=1)
    said = [(0, 0.0)] * len(texts)
    for owner, row in zip(owners, certainty, strict=True):
        named = int(row.argmax())
        if named and float(row[named]) > said[owner][1]:
            said[owner] = (named, float(row[named]))
    return sum(said[i][0] == answers[i] for i in range(learnt, len(texts))), held_out


def fitted(states: Tensor, wanted: Tensor) -> nn.Module:
    """A linear classifier of standardised states, fitted by L-BFGS."""
    torch.manual_seed(0)
    mean, std = states.mean(0), states.std(0) + 1e-6
    linear = nn.Linear(states.shape[1], len(TREATMENTS) + 1)
    optimiser = torch.optim.LBFGS(linear.parameters(), max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        value = nn.functional.cross_entropy(linear((states - mean) / std), wanted) + 1e-5 * linear.weight.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    with torch.no_grad():
        linear.weight.div_(std)
        linear.bias.sub_(linear.weight @ mean)
    return linear
