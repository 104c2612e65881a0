"""Looking at finished pictures: a real checker of a tiny size, through the engine's own path."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import torch
from aiohttp.test_utils import TestClient, TestServer
from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import CLIPConfig, CLIPImageProcessor

from engine.app import build_studio
from engine.base import Base
from engine.jobs import Job
from engine.metrics import Metrics
from engine.screening import Screen, load_screen
from engine.server import build_server
from engine.settings import EngineSettings
from engine.state import EngineState
from engine.worker import Worker
from protocol.answers import BaseCard
from protocol.errors import BaseMissing
from protocol.events import Completed, Event, PartialImage
from protocol.order import PaintOrder
from protocol.paint import PaintRequest
from protocol.sse import Decoder

RED, BLUE = (Image.new("RGB", (64, 48), colour) for colour in ("red", "blue"))
NEVER, ALWAYS = 2.0, -2.0
"""Nearness to a concept from which on a picture is flagged; it goes from -1 to 1."""


def checker(threshold: float) -> StableDiffusionSafetyChecker:
    vision = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    torch.manual_seed(0)
    config = CLIPConfig(vision_config=vision | {"image_size": 32, "patch_size": 8}, projection_dim=8)
    made = StableDiffusionSafetyChecker(config)
    made.special_care_embeds_weights.data.fill_(NEVER)
    made.concept_embeds_weights.data.fill_(threshold)
    return made


def saved(folder: Path, threshold: float = ALWAYS) -> Path:
    checker(threshold).save_pretrained(folder)
    CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder


def loaded(base: Base, folder: Path) -> Screen:
    said = list[str]()
    screen = load_screen(EngineSettings(safety_checker=folder), base.placement, said.append)
    assert screen is not None
    assert said == ["Loading the safety checker."]
    return screen


def test_a_checker_flags_by_its_concepts_and_leaves_the_pictures_as_they_are(base: Base, tmp_path: Path) -> None:
    before = [image.tobytes() for image in (RED, BLUE)]
    assert loaded(base, saved(tmp_path / "a", ALWAYS)).flags([RED, BLUE]) == [True, True]
    assert loaded(base, saved(tmp_path / "b", NEVER)).flags([RED, BLUE]) == [False, False]
    assert [image.tobytes() for image in (RED, BLUE)] == before


def test_one_picture_of_two_is_flagged_where_only_it_is_near_a_concept(base: Base, tmp_path: Path) -> None:
    made = checker(NEVER)
    processor = CLIPImageProcessor.from_pretrained(saved(tmp_path))
    with torch.no_grad():
        red = made.visual_projection(made.vision_model(processor(images=RED, return_tensors="pt").pixel_values)[1])
        made.concept_embeds.data[3] = red[0]
        made.concept_embeds_weights.data[3] = 0.99
    made.save_pretrained(tmp_path)
    assert loaded(base, tmp_path).flags([BLUE, RED, BLUE.convert("L")]) == [False, True, False]


def test_a_bases_own_folders_are_found(base: Base, tmp_path: Path) -> None:
    checker(ALWAYS).save_pretrained(tmp_path / "safety_checker")
    CLIPImageProcessor().save_pretrained(tmp_path / "feature_extractor")
    processor = tmp_path / "feature_extractor" / "preprocessor_config.json"
    processor.write_text(processor.read_text().replace("224", "32"))
    assert loaded(base, tmp_path).flags([RED]) == [True]


def test_without_a_folder_nothing_is_screened(base: Base) -> None:
    assert load_screen(EngineSettings(), base.placement, lambda _: None) is None


@pytest.mark.parametrize("wrong", ["missing", "empty", "weights", "processor"])
def test_a_folder_that_is_wrong_is_told_to_the_operator(base: Base, tmp_path: Path, wrong: str) -> None:
    folder = tmp_path / "checker"
    if wrong == "empty":
        folder.mkdir()
    elif wrong != "missing":
        saved(folder)
    if wrong == "weights":
        whole = load_file(folder / "model.safetensors")
        save_file(
            {name: tensor for name, tensor in whole.items() if "projection" not in name}, folder / "model.safetensors"
        )
    if wrong == "processor":
        (folder / "preprocessor_config.json").unlink()
    with pytest.raises(BaseMissing) as refused:
        load_screen(EngineSettings(safety_checker=folder), base.placement, lambda _: None)
    assert refused.value.sentence.startswith(f"STYLESEAL_SAFETY_CHECKER={folder} cannot be loaded: ")
    assert "leave it out for no screening" in refused.value.sentence


# In the engine


@asynccontextmanager
async def served(base: Base, folder: Path, screen: Screen | None) -> AsyncIterator[TestClient]:  # type: ignore[type-arg]
    state = EngineState()
    studio = build_studio(base, EngineSettings(data=folder), screen)
    state.open(studio)
    painting = asyncio.create_task(studio.painter.run())
    try:
        async with TestClient(TestServer(build_server(state), handler_cancellation=True)) as client:
            yield client
    finally:
        painting.cancel()
        await asyncio.wait({painting})


async def painted(client: TestClient) -> list[Event]:  # type: ignore[type-arg]
    order = {"prompt": "a cat", "n": 2, "steps": 5, "seed": 5, "size": "64x64", "stream": True, "partial_images": 2}
    response = await client.post("/v1/images/generations", json=order)
    return Decoder().feed(await response.read())


async def cards(client: TestClient) -> list[BaseCard]:  # type: ignore[type-arg]
    return [BaseCard.from_json(entry) for entry in (await (await client.get("/v1/models")).json())["data"]]


async def test_a_screened_engine_says_what_it_flags_and_sends_no_previews(base: Base, tmp_path: Path) -> None:
    found = dict[str, list[Event]]()
    for name, threshold in (("plain", None), ("flagged", ALWAYS), ("clean", NEVER)):
        screen = None if threshold is None else loaded(base, saved(tmp_path / name, threshold))
        async with served(base, tmp_path, screen) as client:
            found[name] = await painted(client)
            assert [card.screened for card in await cards(client)] == [screen is not None]
    done = {name: [one for one in events if isinstance(one, Completed)] for name, events in found.items()}
    assert {name: [one.flagged for one in told] for name, told in done.items()} == {
        "plain": [None, None],
        "flagged": [True, True],
        "clean": [False, False],
    }
    assert {name: any(isinstance(one, PartialImage) for one in events) for name, events in found.items()} == {
        "plain": True,
        "flagged": False,
        "clean": False,
    }
    pictures = {name: sorted(one.png for one in told) for name, told in done.items()}
    assert pictures["plain"] == pictures["flagged"] == pictures["clean"]


async def test_a_whole_answer_says_it_as_well(base: Base, tmp_path: Path) -> None:
    async with served(base, tmp_path, loaded(base, saved(tmp_path / "c"))) as client:
        order = {"prompt": "a cat", "steps": 2, "seed": 5, "size": "64x64"}
        answer = await (await client.post("/v1/images/generations", json=order)).json()
        assert [one["flagged"] for one in answer["data"]] == [True]


def test_a_screen_leaves_the_device_with_the_base_and_comes_back(
    base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = loaded(base, saved(tmp_path))
    left = list[int]()
    worker = Worker(base, Metrics(), lambda job, event: job.events.append(event), lambda _: None, screen=screen)
    monkeypatch.setattr(
        "engine.movable.Movable._on_device", lambda _, host: left.append(host.data_ptr()) or host.clone()
    )
    worker.sleep()
    kept = {tensor.data_ptr() for part in screen.parts for tensor in part.parameters()}
    worker.wake()
    assert kept <= set(left)
    request = PaintRequest(prompt="a cat", steps=2, seed=1, width=64, height=64)
    job = Job(PaintOrder(request=request), request.with_defaults(base.defaults), 1)
    worker.take(job, ())
    while not worker.idle:
        worker.turn()
    assert [one.flagged for one in job.events if isinstance(one, Completed)] == [True]


async def test_a_screen_that_fails_ends_the_request_and_hands_nothing_out(base: Base, tmp_path: Path) -> None:
    class Broken:
        parts = ()

        def flags(self, images: object) -> list[bool]:
            raise RuntimeError("no")

    async with served(base, tmp_path, Broken()) as client:
        told = await painted(client)
        assert not any(isinstance(one, Completed | PartialImage) for one in told)
        assert "Painting failed" in str(told[-1].to_json())


def test_what_an_older_engine_sends_is_not_screened(tmp_path: Path) -> None:
    png = (tmp_path / "a.png").as_posix()
    RED.save(png)
    data = Path(png).read_bytes()
    told = Completed(png=data, index=0, seed=1, prompt_used="", cut="", lane="bank", seconds=0.0).to_json()
    assert "flagged" not in told
    assert Completed.from_json(told).flagged is None
    assert Completed.from_json(told | {"flagged": True}).to_json()["flagged"] is True
