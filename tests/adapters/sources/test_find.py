"""What people write, and what of it is taken; attachments and plain links."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.errors import SourceFailed, SourceRefused
from adapters.sources import table
from adapters.sources.offer import Offer
from adapters.sources.rules import Rules
from adapters.sources.web import Web
from protocol.errors import InvalidRequest
from tests.adapters.sources.answers import (
    civitai_file,
    civitai_model,
    civitai_version,
    hugging_face_file,
    hugging_face_model,
)
from tests.adapters.sources.secrets import SECRET, failure

ATTACHED = "https://cdn.discordapp.com/attachments/1/2/ink%20wood.safetensors"


async def found(text: str, *hosts: str) -> Offer:
    return await table.find(text, table.connected(Rules(hosts=hosts)))


async def test_an_attachment_keeps_its_signature_and_is_known_by_what_stays() -> None:
    signed = f"{ATTACHED}?ex=1&is=2&hm={SECRET}"
    offer = await found(signed)
    assert offer == Offer(
        source="attachment",
        url=signed,
        file_name="ink wood.safetensors",
        title="ink wood",
        same=ATTACHED,
    )
    assert SECRET not in repr(offer)
    assert offer.identity == (await found(f"{ATTACHED}?ex=9&hm=other")).identity


@pytest.mark.parametrize(
    "text",
    [
        "https://media.discordapp.net/attachments/1/2/ink.safetensors?ex=1",
        "https://cdn.discordapp.com/ephemeral-attachments/1/2/ink.safetensors",
        "<https://cdn.discordapp.com/attachments/1/2/INK.SafeTensors>",
    ],
)
async def test_attachments_are_taken_from_both_hosts_and_from_commands(text: str) -> None:
    assert (await found(text)).source == "attachment"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://cdn.discordapp.com/avatars/1/a.png", "not that of an attachment"),
        ("https://cdn.discordapp.com/attachments/1/2/ink.png", "ink.png is not a .safetensors file"),
        ("https://cdn.discordapp.com/attachments/1/2/..%2Fink.ckpt", "ink.ckpt is not a .safetensors file"),
    ],
)
async def test_what_else_is_on_discord_is_refused(text: str, said: str) -> None:
    assert said in (await failure(SourceRefused, found(text))).sentence


async def test_a_link_to_a_release_on_github_is_taken() -> None:
    text = "https://github.com/carver/ink/releases/download/v1/ink.safetensors"
    assert await found(text) == Offer(source="link", url=text, file_name="ink.safetensors", title="ink", page=text)


async def test_a_link_to_a_host_of_the_operators_is_taken_and_shown_without_its_query() -> None:
    text = f"https://files.example.org/get?file=7&sig={SECRET}"
    offer = await found(text, ".example.org")
    assert (offer.url, offer.file_name, offer.page) == (text, "get", "https://files.example.org/get")
    assert (await found("https://files.example.org/", "*")).file_name == "adapter"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"https://files.example.org/ink.safetensors?{SECRET}", "files.example.org, which is not among"),
        ("https://raw.githubusercontent.com/a/b/main/c.safetensors", "not among"),
        ("https://someone.r2.cloudflarestorage.com/ink.safetensors", "not among"),
        ("http://github.com/a.safetensors", "not an https address"),
        ("http://civitai.com/models/7", "not an https address"),
        ("ftp://github.com/a.safetensors", "not an https address"),
        ("https://github.com/a.ckpt", "a.ckpt is not a .safetensors file"),
        ("https://127.0.0.1/ink.safetensors", "does not name a host"),
    ],
)
async def test_a_link_that_is_not_taken_says_why(text: str, said: str) -> None:
    assert said in (await failure(SourceRefused, found(text))).sentence


@pytest.mark.parametrize("text", ["", "ink woodcut", "7", "C:\\ink.safetensors", "/etc/passwd", "a" * 99_999])
async def test_what_names_nothing_is_answered_with_what_is_taken(text: str) -> None:
    with pytest.raises(SourceRefused) as caught:
        await found(text)
    for source in table.SOURCES:
        assert source.takes in caught.value.sentence


def test_every_source_has_a_name_of_its_own_and_hosts_that_are_hosts() -> None:
    assert len({source.name for source in table.SOURCES}) == len(table.SOURCES)
    for source in table.SOURCES:
        Rules(hosts=source.hosts)
        assert table.named(source.name) is source
    with pytest.raises(SourceRefused):
        table.named("gopher")


def test_an_offer_takes_only_words_that_were_cleaned() -> None:
    offer = Offer(source="link", url="https://a.org/b", file_name="b")
    for wrong in ({"title": "a\nb"}, {"credit": "a" * 201}, {"triggers": ("",)}, {"sha256": "AB"}, {"size": -1}):
        with pytest.raises(InvalidRequest):
            replace(offer, **wrong)


class Canned(Web):
    """Every site answers the same."""

    def __init__(self, answer: object) -> None:
        super().__init__(table.connected(Rules()).rules)
        self.answer = answer

    async def json(self, address: str, said: Mapping[int, str]) -> object:
        self.checked(address)
        return self.answer


def whatever(text: str, answer: object) -> None:
    """An offer or a refusal comes of it; any other error is the test's."""
    try:
        offer = asyncio.run(table.find(text, Canned(answer)))
    except (SourceRefused, SourceFailed):
        return
    assert offer.url.startswith(("https://civitai.com/api/download/models/", "https://huggingface.co/a/b/resolve/"))


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


def almost(sound: dict[str, Any]) -> st.SearchStrategy[Any]:
    """The sound answer with one or two of its values changed."""
    changes = st.dictionaries(st.sampled_from(sorted(sound)), json_values, min_size=1, max_size=2)
    return changes.map(lambda change: sound | change)


TEXTS = st.sampled_from(["civitai:22", "https://civitai.com/models/7", "hf:a/b", "hf:a/b:ink.safetensors"])


@given(TEXTS, json_values)
def test_no_json_ends_in_anything_but_a_refusal(text: str, answer: Any) -> None:
    whatever(text, answer)


@given(
    almost(civitai_file()).map(lambda file: civitai_model(civitai_version(22, file)))
    | almost(civitai_version()).map(civitai_model)
    | almost(civitai_model())
)
def test_nothing_civitai_says_ends_in_anything_but_an_offer_or_a_refusal(answer: Any) -> None:
    whatever("https://civitai.com/models/7", answer)
    whatever("civitai:22", answer | {"modelId": 7})


@given(
    almost(hugging_face_file()).map(hugging_face_model)
    | almost(hugging_face_file()["lfs"]).map(lambda lfs: hugging_face_model(hugging_face_file(lfs=lfs)))
    | almost(hugging_face_model()["cardData"]).map(lambda card: hugging_face_model(cardData=card))
    | almost(hugging_face_model())
    | st.text(max_size=30).map(lambda name: hugging_face_model(hugging_face_file(f"{name}.safetensors")))
)
def test_nothing_hugging_face_says_ends_in_anything_but_an_offer_or_a_refusal(answer: Any) -> None:
    whatever("hf:a/b", answer)
    whatever("hf:a/b:ink.safetensors", answer)
