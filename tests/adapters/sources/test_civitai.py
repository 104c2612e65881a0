from typing import Any

import pytest

from adapters.errors import SourceFailed, SourceFaltered, SourceRefused
from adapters.sources import table
from adapters.sources.civitai_terms import adult, licence
from adapters.sources.offer import Offer
from tests.adapters.sources.answers import FILE, SHA256, civitai_file, civitai_model, civitai_version
from tests.adapters.sources.internet import Internet, Reply
from tests.adapters.sources.secrets import SECRET, failure

MODEL = "civitai.com/api/v1/models/7"
VERSION = "civitai.com/api/v1/model-versions/22"
PAGE = "https://civitai.com/models/7"


async def found(internet: Internet, text: str = PAGE, **keys: str) -> Offer:
    async with internet.web(keys=keys) as web:
        return await table.find(text, web)


async def refused(internet: Internet, text: str = PAGE) -> str:
    return (await failure(SourceRefused, found(internet, text))).sentence


async def test_a_page_says_all_there_is_to_know(internet: Internet) -> None:
    internet.pages[MODEL] = Reply.json(civitai_model())
    assert await found(internet) == Offer(
        source="civitai",
        url="https://civitai.com/api/download/models/22",
        file_name="inkWoodcut_v2.safetensors",
        size=len(FILE),
        sha256=SHA256,
        title="Ink Woodcut, v22",
        triggers=("in ink style", "woodcut"),
        base="SDXL 1.0",
        licence="Civitai: commercial use for selling pictures, paid painting on Civitai; credit needed; derivatives "
        "under the same terms",
        credit="carver",
        page="https://civitai.com/models/7?modelVersionId=22",
        adult=False,
    )


@pytest.mark.parametrize(
    "text",
    [
        "https://civitai.com/models/7/ink-woodcut",
        "<https://civitai.com/models/7/ink-woodcut?modelVersionId=22>",
        "  https://www.civitai.com/models/7/?modelVersionId=22#files ",
        "https://civitai.com/api/v1/models/7",
        "https://civitai.com/api/download/models/22",
        "https://civitai.com/api/download/models/22?type=Model&format=SafeTensor",
        "https://civitai.com/model-versions/22",
        "civitai:22",
        "civitai:7@22",
        "urn:air:sdxl:lora:civitai:7@22",
        "URN:AIR:sd1:lora:civitai:7@22",
    ],
)
async def test_a_version_is_known_by_its_page_its_number_its_download_and_its_air(
    text: str, internet: Internet
) -> None:
    internet.pages |= {MODEL: Reply.json(civitai_model()), VERSION: Reply.json(civitai_version())}
    assert (await found(internet, text)).sha256 == SHA256


@pytest.mark.parametrize(
    "text",
    [
        "https://civitai.com/",
        "https://civitai.com/images/7",
        "https://civitai.com/models/ink",
        "https://civitai.com/models/7/a/b",
        "https://civitai.com/models/1234567890123456",
        "urn:air:sdxl:lora:huggingface:7@22",
        "urn:air:sdxl:lora:civitai:7",
        "civitai:ink",
    ],
)
async def test_any_other_page_is_refused_with_what_to_write(text: str, internet: Internet) -> None:
    assert "Write the address of the model's page" in await refused(internet, text)
    assert not internet.asked


async def test_the_version_asked_for_is_the_one_taken_and_else_the_newest(internet: Internet) -> None:
    older = civitai_version(11, civitai_file(name="old.safetensors"))
    internet.pages[MODEL] = Reply.json(civitai_model(civitai_version(), older))
    assert (await found(internet)).file_name == "inkWoodcut_v2.safetensors"
    assert (await found(internet, f"{PAGE}?modelVersionId=11")).file_name == "old.safetensors"
    assert "does not show a version 99" in await refused(internet, f"{PAGE}?modelVersionId=99")


async def test_a_page_on_another_host_of_the_site_is_asked_for_there(internet: Internet) -> None:
    internet.pages["civitai.red/api/v1/models/7"] = Reply.json(civitai_model())
    offer = await found(internet, "https://civitai.red/models/7")
    assert offer.url == "https://civitai.red/api/download/models/22"
    assert {request.host for request in internet.asked} == {"civitai.red"}


async def test_the_key_goes_along_to_the_api(internet: Internet) -> None:
    internet.pages[MODEL] = Reply.json(civitai_model())
    await found(internet, civitai=SECRET, hugging_face="other")
    assert internet.asked[0].headers["authorization"] == f"Bearer {SECRET}"


async def test_the_primary_safetensors_file_is_taken(internet: Internet) -> None:
    files = [
        civitai_file(name="ink.pt", metadata={"format": "PickleTensor"}),
        civitai_file(name="ink.zip", type="Training Data"),
        civitai_file(name="second.safetensors", primary=False),
        civitai_file(name="first.safetensors", downloadUrl="https://civitai.com/api/download/models/22?format=Other"),
    ]
    internet.pages[MODEL] = Reply.json(civitai_model(civitai_version(22, *files)))
    offer = await found(internet)
    assert (offer.file_name, offer.url) == (
        "first.safetensors",
        "https://civitai.com/api/download/models/22?format=Other",
    )


@pytest.mark.parametrize("url", ["https://evil.example/x", "https://civitai.com/api/v1/me", "http://[", 5, None])
async def test_a_download_is_never_asked_for_anywhere_else(url: Any, internet: Internet) -> None:
    version = civitai_version(22, civitai_file(downloadUrl=url))
    internet.pages[MODEL] = Reply.json(civitai_model(version))
    assert (await found(internet)).url == "https://civitai.com/api/download/models/22"


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (civitai_model(type="Checkpoint"), "of type Checkpoint; what is taken is LORA, LoCon, DoRA"),
        (civitai_model(type=None), "of type unknown"),
        (civitai_model(modelVersions=[]), "does not show a version of this model"),
        (civitai_model(civitai_version(files=[])), "can be used on the site only"),
        (civitai_model(civitai_version(22, civitai_file(name="ink.pt"))), "only as a pickle"),
        (civitai_model(nsfw=True, minor=True), "It is not taken"),
        (civitai_model(civitai_version(nsfwLevel=16), poi=True), "It is not taken"),
    ],
)
async def test_what_is_no_lora_or_must_not_be_taken_is_refused(model: Any, said: str, internet: Internet) -> None:
    internet.pages[MODEL] = Reply.json(model)
    assert said in await refused(internet)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "STYLESEAL_CIVITAI_KEY"),
        (403, "early access"),
        (404, "civitai.com has no such model"),
        (410, "archived"),
        (451, "country"),
    ],
)
async def test_each_status_has_its_sentence(status: int, said: str, internet: Internet) -> None:
    internet.pages["civitai.com"] = Reply(status=status)
    assert said in await refused(internet)
    assert said in await refused(internet, "civitai:22")


async def test_a_spent_quota_and_a_site_in_trouble_may_work_later(internet: Internet) -> None:
    internet.pages[MODEL] = Reply(status=429)
    assert "quota" in (await failure(SourceFailed, found(internet))).sentence
    internet.pages[MODEL] = Reply(status=503)
    assert "503" in (await failure(SourceFaltered, found(internet))).sentence
    internet.pages[MODEL] = Reply(status=204)
    assert "204" in (await failure(SourceFailed, found(internet))).sentence


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"[" * 100_000, b"\xff\xfe", b"9" * 5_000])
async def test_an_answer_that_is_no_json_may_be_one_later(body: bytes, internet: Internet) -> None:
    internet.pages[MODEL] = Reply(body)
    assert "did not answer with JSON" in (await failure(SourceFailed, found(internet))).sentence


@pytest.mark.parametrize("value", [None, [], {}, {"modelId": "7"}, {"modelId": -1}, {"modelId": True}])
async def test_a_version_of_no_model_may_be_one_later(value: Any, internet: Internet) -> None:
    internet.pages[VERSION] = Reply.json(value)
    assert "cannot be read" in (await failure(SourceFailed, found(internet, "civitai:22"))).sentence


@pytest.mark.parametrize(
    ("marks", "level", "seen"),
    [
        ({"nsfw": False}, 1, False),
        ({"nsfw": False}, 3, False),
        ({"nsfw": False}, 5, True),
        ({"nsfw": False}, 32, True),
        ({"nsfw": True}, 1, True),
        ({"nsfwLevel": 8}, None, True),
        ({}, 0, False),
        ({}, None, None),
        ({"nsfw": "no"}, "all", None),
    ],
)
def test_adult_is_what_the_site_says_it_is(marks: dict[str, Any], level: Any, seen: bool | None) -> None:
    assert adult(marks, {"nsfwLevel": level}) is seen


@pytest.mark.parametrize(
    ("uses", "said"),
    [
        ([], "no commercial use"),
        ("None", "no commercial use"),
        ("{Image,Rent}", "commercial use for selling pictures, paid painting anywhere"),
        ("Sell", "commercial use for selling the file"),
    ],
)
def test_the_licence_is_put_into_words(uses: Any, said: str) -> None:
    assert licence({"allowCommercialUse": uses}) == f"Civitai: {said}"
    assert licence({"allowDerivatives": False, "allowNoCredit": True}) == "Civitai: no derivatives"
    assert licence({}) == ""
