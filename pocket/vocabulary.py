"""The pocket base's tokenizer: CLIP's own kind, byte-level, so that any text in any script becomes tokens.

The words of the captions are one token each (a trigger is several); the merges follow Sennrich et al., 2016.
"""

from collections import Counter
from itertools import pairwise

from tokenizers import pre_tokenizers
from transformers import CLIPTokenizer

from pocket.architecture import MAX_TOKENS
from pocket.captions import known_words

END = "</w>"
Merge = tuple[str, str]


def learn_merges(words: list[str]) -> list[Merge]:
    """Merges, most frequent pair first, until each of the words is one token."""
    spelt = [[*word[:-1], word[-1] + END] for word in words]
    merges: list[Merge] = []
    while any(len(parts) > 1 for parts in spelt):
        pairs = Counter(pair for parts in spelt for pair in pairwise(parts))
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        spelt = [_merged(parts, best) for parts in spelt]
    return merges


def _merged(parts: list[str], pair: Merge) -> list[str]:
    out: list[str] = []
    i = 0
    while i < len(parts):
        if tuple(parts[i : i + 2]) == pair:
            out.append(parts[i] + parts[i + 1])
            i += 2
        else:
            out.append(parts[i])
            i += 1
    return out


def build_tokenizer() -> CLIPTokenizer:
    """Bytes, bytes that end a word, merges, then the two special tokens: CLIP's order."""
    merges = learn_merges(known_words())
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = [
        *alphabet,
        *(a + END for a in alphabet),
        *("".join(m) for m in merges),
        "<|startoftext|>",
        "<|endoftext|>",
    ]
    vocab = {token: i for i, token in enumerate(dict.fromkeys(tokens))}
    return CLIPTokenizer(vocab=vocab, merges=merges, model_max_length=MAX_TOKENS)


def word_ends(tokenizer: CLIPTokenizer) -> set[int]:
    """The tokens that end a word."""
    return {token for text, token in tokenizer.get_vocab().items() if text.endswith(END)}


def words_in(ids: list[int], ends: set[int]) -> list[tuple[int, list[int]]]:
    """Every word of several tokens: the place of its last token, and its tokens.

    `ends` are the tokens that end words (`word_ends`).
    """
    found, start = [], 1
    for place in range(1, len(ids)):
        if ids[place] in ends:
            if place > start:
                found.append((place, ids[start : place + 1]))
            start = place + 1
    return found
