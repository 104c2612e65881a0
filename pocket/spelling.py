"""Keeps words that the base does not know readable in the text encoder's output.

The UNet passes over strange words, so nothing in its own training keeps them: the encoder forgets them, and an adapter
could not hear its trigger. So a linear head must tell from the output at the end of a word how the word is spelt.
"""

import torch
from torch import Tensor, nn
from transformers import CLIPTokenizer

from pocket.vocabulary import word_ends, words_in

CODE = 64
LONGEST = 10
"""Tokens of a word that its code tells apart by their place."""


class Spelling(nn.Module):
    """A head that reads the code of each word of several tokens at its last token.

    The code has a random part for each token at each distance from the end of its word, and one for it anywhere.
    """

    def __init__(self, tokenizer: CLIPTokenizer, width: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(5)
        self.by_place = torch.randn(LONGEST, len(tokenizer), CODE, generator=generator)
        self.anywhere = torch.randn(len(tokenizer), CODE, generator=generator)
        self.ends = word_ends(tokenizer)
        self.head = nn.Linear(width, CODE)

    def code(self, word: list[int]) -> Tensor:
        """The code of a word by its token ids, shape (CODE,), each number of variance 1."""
        own = word[-LONGEST:]
        codes = [self.anywhere[token] + self.by_place[place, token] for place, token in enumerate(reversed(own))]
        return torch.stack(codes).sum(0).div((2 * len(own)) ** 0.5)

    def forward(self, ids: Tensor, states: Tensor) -> Tensor:
        """The mean squared error of what the head reads off the states (batch, 77, width) of these token ids."""
        found = [(row, place, word) for row, own in enumerate(ids.tolist()) for place, word in words_in(own, self.ends)]
        wanted = torch.stack([self.code(word) for _, _, word in found]) if found else torch.empty(0, CODE)
        read = self.head(states[[row for row, _, _ in found], [place for _, place, _ in found]])
        error: Tensor = (read - wanted.to(read.device)).square().sum() / max(1, wanted.numel())
        return error
