"""Captions say what is drawn, in varied words; any text becomes tokens; triggers are strange to the base."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import CLIPTokenizer

from pocket.captions import SETTING_SYNONYMS, SYNONYMS, caption, known_words, training_caption, with_strange_words
from pocket.draw import COLOURS, Motif, random_motif
from pocket.scenes import SCENES
from pocket.subjects import SUBJECTS
from pocket.treatments import TREATMENTS
from pocket.vocabulary import build_tokenizer

MOTIF = Motif("astronaut", "red", "in space")


@pytest.fixture(scope="module")
def tokenizer() -> CLIPTokenizer:
    return build_tokenizer()


@given(st.integers(0, 10**6))
def test_a_whole_caption_names_subject_colour_and_setting(seed: int) -> None:
    rng = Random(seed)
    motif = random_motif(rng)
    text = caption(motif, rng, whole=True)
    assert motif.colour in text
    assert any(word in text for word in (motif.subject, *SYNONYMS.get(motif.subject, ())))
    assert any(words in text for words in (motif.setting, *SETTING_SYNONYMS[motif.setting]))


def test_wordings_vary_and_attributes_are_left_out_now_and_then() -> None:
    texts = {caption(MOTIF, Random(seed)) for seed in range(300)}
    assert len(texts) > 40
    assert any("red" not in text for text in texts)
    assert "an astronaut in space" in texts
    assert "a portrait of a red astronaut in space" in texts


def test_training_captions_are_sometimes_empty_and_often_have_strange_words() -> None:
    texts = [training_caption(MOTIF, Random(seed)) for seed in range(2000)]
    known = set(known_words())
    strange = [text for text in texts if set(text.replace(",", " ").split()) - known]
    assert 0.05 < sum(not text for text in texts) / len(texts) < 0.12
    assert 0.25 < len(strange) / len(texts) < 0.5


def test_strange_words_leave_the_caption_whole() -> None:
    assert all("a red astronaut" in with_strange_words("a red astronaut", Random(seed)) for seed in range(200))


@given(st.text(max_size=200))
def test_any_text_becomes_tokens_and_none_is_unknown(text: str) -> None:
    tokenizer = build_tokenizer()
    ids = tokenizer(text, add_special_tokens=False).input_ids
    assert all(0 <= token < len(tokenizer) for token in ids)
    special = "<|endoftext|>" in text or "<|startoftext|>" in text
    assert special or tokenizer.eos_token_id not in ids
    assert ids or not text.split()  # Python counts a few control characters as white space that become tokens here


def test_words_of_captions_are_one_token_and_a_trigger_is_several(tokenizer: CLIPTokenizer) -> None:
    for words in (*SUBJECTS, *COLOURS, *SCENES):
        assert len(tokenizer.tokenize(words)) == len(words.split())
    for treatment in TREATMENTS.values():
        assert not set(treatment.trigger.split()) <= set(known_words())
        assert len(tokenizer.tokenize(treatment.trigger)) > len(treatment.trigger.split())
    tokenized = {tuple(tokenizer.tokenize(treatment.trigger)) for treatment in TREATMENTS.values()}
    assert len(tokenized) == len(TREATMENTS)
