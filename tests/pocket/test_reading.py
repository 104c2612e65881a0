"""What the text encoder is taught to keep of strange words: where they end, and a code of how they are spelt."""

from random import Random

import torch

from pocket.reading import CODE, SpellingCode, captions_with_words
from pocket.vocabulary import build_tokenizer, word_ends, words_in


def test_words_of_several_tokens_are_found_by_their_last_token() -> None:
    tokenizer = build_tokenizer()
    ids = tokenizer("a red cat, in sks style", padding="max_length", max_length=77).input_ids
    found = words_in(ids, word_ends(tokenizer))
    assert [(place, tokenizer.decode(word).strip()) for place, word in found] == [(8, "sks")]


def test_words_that_differ_in_a_letter_or_its_place_have_other_codes() -> None:
    tokenizer = build_tokenizer()
    code = SpellingCode(len(tokenizer))
    words = [tokenizer(word, add_special_tokens=False).input_ids for word in ("sks", "ssk", "sksa", "kss")]
    codes = torch.stack([code(word) for word in words])
    assert codes.shape == (4, CODE)
    assert torch.cdist(codes, codes).add(torch.eye(4) * 100).min() > 1


def test_a_code_is_the_same_each_time_and_of_variance_one() -> None:
    one, other = SpellingCode(744), SpellingCode(744)
    word = [10, 20, 30]
    assert torch.equal(one(word), other(word))
    spread = torch.stack([one([i, i + 1, i + 2]) for i in range(500)]).var()
    assert 0.8 < float(spread) < 1.2


def test_captions_have_from_none_to_three_strange_words() -> None:
    tokenizer = build_tokenizer()
    ends = word_ends(tokenizer)
    counts = {len(words_in(tokenizer(text).input_ids, ends)) for text in captions_with_words(200, Random(1))}
    assert {0, 1, 2, 3} <= counts
