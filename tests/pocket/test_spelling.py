"""What the text encoder is taught to keep of strange words: where they end, and a code of how they are spelt."""

import torch

from pocket.spelling import CODE, Spelling
from pocket.vocabulary import build_tokenizer, word_ends, words_in


def test_words_of_several_tokens_are_found_by_their_last_token() -> None:
    tokenizer = build_tokenizer()
    ids = tokenizer("a red cat, in sks style", padding="max_length", max_length=77).input_ids
    found = words_in(ids, word_ends(tokenizer))
    assert [(place, tokenizer.decode(word).strip()) for place, word in found] == [(8, "sks")]


def test_words_that_differ_in_a_letter_or_its_place_have_other_codes() -> None:
    tokenizer = build_tokenizer()
    spelling = Spelling(tokenizer, 8)
    words = [tokenizer(word, add_special_tokens=False).input_ids for word in ("sks", "ssk", "sksa", "kss")]
    codes = torch.stack([spelling.code(word) for word in words])
    assert codes.shape == (4, CODE)
    assert torch.cdist(codes, codes).add(torch.eye(4) * 100).min() > 1


def test_a_code_is_the_same_each_time_and_of_variance_one() -> None:
    one, other = (Spelling(build_tokenizer(), 8) for _ in range(2))
    assert torch.equal(one.code([10, 20, 30]), other.code([10, 20, 30]))
    spread = torch.stack([one.code([i, i + 1, i + 2]) for i in range(500)]).var()
    assert 0.8 < float(spread) < 1.2


def test_the_error_falls_as_the_head_learns_and_is_zero_where_there_is_no_strange_word() -> None:
    tokenizer = build_tokenizer()
    torch.manual_seed(0)
    spelling, states = Spelling(tokenizer, 32), torch.randn(2, 77, 32)
    ids = torch.tensor(
        [tokenizer(text, padding="max_length", max_length=77).input_ids for text in ("a red cat", "qvz cat, sks")]
    )
    assert float(spelling(ids[:1], states[:1]).detach()) == 0
    optimiser = torch.optim.SGD(spelling.parameters(), lr=0.5)
    before = float(spelling(ids, states).detach())
    for _ in range(50):
        optimiser.zero_grad()
        spelling(ids, states).backward()
        optimiser.step()
    assert float(spelling(ids, states).detach()) < before / 10
