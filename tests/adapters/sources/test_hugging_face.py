from typing import Any

import pytest

from adapters.errors import SourceFailed, SourceRefused
from adapters.sources import table
from adapters.sources.offer import Offer
from tests.adapters.sources.answers import COMMIT, FILE, SHA256, hugging_face_file, hugging_face_model
from tests.adapters.sources.internet import Internet, Reply
from tests.adapters.sources.secrets import SECRET, failure

REPO = "https://huggingface.co/carver/ink-woodcut"
API = "huggingface.co/api/models/carver/ink-woodcut/revision"


async def found(internet: Internet, text: str = REPO, **keys: str) -> Offer:
    async with internet.web(keys=keys) as web:
        return await table.find(text, web)


async def refused(internet: Internet, text: str = REPO) -> str:
    return (await failure(SourceRefused, found(internet, text))).sentence


async def test_a_repository_says_all_there_is_to_know(internet: Internet) -> None:
    internet.pages[f"{API}/main"] = Reply.json(hugging_face_model())
    assert await found(internet) == Offer(
        source="hugging_face",
        url=f"{REPO}/resolve/{COMMIT}/ink.safetensors",
        file_name="ink.safetensors",
        size=len(FILE),
        sha256=SHA256,
        title="ink-woodcut",
        triggers=("in ink style",),
        base="stabilityai/stable-diffusion-xl-base-1.0",
        licence="cc-by-4.0",
        credit="carver",
        page=REPO,
    )
    assert internet.asked[0].path.endswith("/main?blobs=true")


@pytest.mark.parametrize(
    "text",
    [
        f"{REPO}/",
        f"{REPO}/tree/main",
        f"{REPO}/tree/main/loras",
        f"{REPO}/blob/main/ink.safetensors",
        f"{REPO}/resolve/main/ink.safetensors?download=true",
        "https://hf.co/carver/ink-woodcut",
        "hf:carver/ink-woodcut",
        "hf:carver/ink-woodcut@main",
        "hf:carver/ink-woodcut:ink.safetensors",
        "hf:carver/ink-woodcut@main:ink.safetensors",
    ],
)
async def test_a_file_is_known_by_its_page_its_download_and_its_short_form(text: str, internet: Internet) -> None:
    internet.pages[f"{API}/main"] = Reply.json(hugging_face_model())
    assert (await found(internet, text)).sha256 == SHA256


@pytest.mark.parametrize(
    ("text", "revision"),
    [
        (f"{REPO}/blob/v2.0/ink.safetensors", "v2.0"),
        (f"{REPO}/blob/refs%2Fpr%2F1/ink.safetensors", "refs%2Fpr%2F1"),
        ("hf:carver/ink-woodcut@refs/pr/1", "refs%2Fpr%2F1"),
    ],
)
async def test_a_revision_is_pinned_to_its_commit(text: str, revision: str, internet: Internet) -> None:
    internet.pages[f"{API}/{revision}"] = Reply.json(hugging_face_model())
    assert f"/resolve/{COMMIT}/" in (await found(internet, text)).url


@pytest.mark.parametrize(
    "text",
    [
        "https://huggingface.co/",
        "https://huggingface.co/carver",
        "https://huggingface.co/datasets/carver/ink",
        "https://huggingface.co/carver/ink/discussions/1",
        "https://huggingface.co/carver/..%2F..%2Fwhoami",
        "https://huggingface.co/carver/%2e%2e",
        "hf:",
        "hf:ink",
        "hf:a/b/c",
        "hf:carver/../api",
        "hf:carver/ink@../../x",
        f"{REPO}/blob/a..b/ink.safetensors",
    ],
)
async def test_any_other_page_is_refused_with_what_to_write(text: str, internet: Internet) -> None:
    assert "Write https://huggingface.co/owner/repository" in await refused(internet, text)
    assert not internet.asked


async def test_of_several_files_the_one_diffusers_writes_is_taken(internet: Internet) -> None:
    files = [hugging_face_file("a.safetensors"), hugging_face_file("pytorch_lora_weights.safetensors")]
    internet.pages[f"{API}/main"] = Reply.json(hugging_face_model(*files))
    assert (await found(internet)).file_name == "pytorch_lora_weights.safetensors"


async def test_of_several_files_without_it_the_names_are_listed(internet: Internet) -> None:
    files = [hugging_face_file(f"loras/{number}.safetensors") for number in range(7)]
    internet.pages[f"{API}/main"] = Reply.json(hugging_face_model(*files))
    sentence = await refused(internet)
    assert "Which file of carver/ink-woodcut is meant" in sentence
    assert "loras/4.safetensors and 2 more." in sentence
    offer = await found(internet, f"{REPO}/blob/main/loras/6.safetensors")
    assert offer.url == f"{REPO}/resolve/{COMMIT}/loras/6.safetensors"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("README.md", "README.md is not a .safetensors file. It has ink.safetensors."),
        ("a/none.safetensors", "no file none.safetensors. It has ink.safetensors."),
    ],
)
async def test_a_file_that_cannot_be_taken_is_refused_with_those_that_can(
    path: str, said: str, internet: Internet
) -> None:
    internet.pages[f"{API}/main"] = Reply.json(hugging_face_model())
    assert said in await refused(internet, f"{REPO}/blob/main/{path}")


async def test_a_repository_without_safetensors_is_refused(internet: Internet) -> None:
    internet.pages[f"{API}/main"] = Reply.json(hugging_face_model(hugging_face_file("ink.bin")))
    assert "There is no .safetensors file in it." in await refused(internet)


async def test_a_name_that_has_to_be_quoted_is(internet: Internet) -> None:
    internet.pages[f"{API}/main"] = Reply.json(hugging_face_model(hugging_face_file("my ink #1?.safetensors")))
    assert (await found(internet)).url == f"{REPO}/resolve/{COMMIT}/my%20ink%20%231%3F.safetensors"


async def test_a_small_file_outside_lfs_has_a_size_and_no_hash(internet: Internet) -> None:
    internet.pages[f"{API}/main"] = Reply.json(hugging_face_model(hugging_face_file(lfs=None)))
    offer = await found(internet)
    assert (offer.size, offer.sha256) == (len(FILE), "")


async def test_the_card_is_read_in_all_its_spellings(internet: Internet) -> None:
    card = {
        "license": "other",
        "license_name": "flux-1-dev",
        "base_model": ["a/b", "c/d"],
        "instance_prompt": ["ink, (woodcut:1.1)"],
        "tags": ["not-for-all-audiences"],
    }
    internet.pages[f"{API}/main"] = Reply.json(hugging_face_model(cardData=card))
    offer = await found(internet)
    assert (offer.licence, offer.base, offer.triggers) == ("flux-1-dev", "a/b, c/d", ("ink", "woodcut"))
    assert offer.adult is True


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "STYLESEAL_HUGGING_FACE_KEY"), (403, "STYLESEAL_HUGGING_FACE_KEY"), (404, "no such"), (451, "country")],
)
async def test_each_status_has_its_sentence(status: int, said: str, internet: Internet) -> None:
    internet.pages["huggingface.co"] = Reply(status=status)
    assert said in await refused(internet)


async def test_the_token_goes_along_to_the_api(internet: Internet) -> None:
    internet.pages[f"{API}/main"] = Reply.json(hugging_face_model())
    await found(internet, hugging_face=SECRET)
    assert internet.asked[0].headers["authorization"] == f"Bearer {SECRET}"


@pytest.mark.parametrize("commit", [None, "main", "../x", 5, ["a"]])
async def test_an_answer_without_a_commit_may_have_one_later(commit: Any, internet: Internet) -> None:
    internet.pages[f"{API}/main"] = Reply.json(hugging_face_model(sha=commit))
    assert "cannot be read" in (await failure(SourceFailed, found(internet))).sentence


async def test_a_renamed_repository_is_followed(internet: Internet) -> None:
    internet.pages[f"{API}/main"] = Reply.redirect("/api/models/carver/woodcut/revision/main?blobs=true")
    internet.pages["huggingface.co/api/models/carver/woodcut/revision/main"] = Reply.json(hugging_face_model())
    assert (await found(internet, hugging_face=SECRET)).sha256 == SHA256
    assert internet.asked[1].headers["authorization"] == f"Bearer {SECRET}"
