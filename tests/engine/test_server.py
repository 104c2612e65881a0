"""The engine's API, asked as a client asks it, with a tiny base behind it."""

import asyncio
import base64
import errno
import hashlib
import json
import os
import struct
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import aclosing
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image

from engine.app import build_studio
from engine.base import Base
from engine.server import build_server, with_keep_alive
from engine.settings import EngineSettings
from engine.shelf import DRAFT_SECONDS, Shelf
from engine.state import EngineState
from protocol.errors import EngineBusy, EngineGone, UnknownAdapter, error_from_json
from protocol.events import Completed, Event, Failed, PartialImage, Progress, Queued
from protocol.parameters import painted_in
from protocol.sse import Decoder
from tests.engine import lora

Client = TestClient[Any, Any]
E = TypeVar("E", bound=Event)


def png_beginning(width: int, height: int) -> bytes:
    """A PNG file of that size up to its first pixel."""
    data = struct.pack(">II5B", width, height, 8, 2, 0, 0, 0)
    header = struct.pack(">I", 13) + b"IHDR" + data + struct.pack(">I", zlib.crc32(b"IHDR" + data))
    return b"\x89PNG\r\n\x1a\n" + header + struct.pack(">I", 100) + b"IDAT"


SMALL = {"prompt": "a red cat", "steps": 3, "seed": 5, "size": "64x64", "guidance_scale": 2}


@pytest.fixture
async def state(base: Base, tmp_path: Path) -> AsyncIterator[EngineState]:
    state = EngineState()
    studio = build_studio(base, EngineSettings(data=tmp_path, max_pixels=128 * 128, max_queue=3))
    state.open(studio)
    painting = asyncio.create_task(studio.painter.run())
    yield state
    painting.cancel()
    await asyncio.wait({painting})


@pytest.fixture
async def client(state: EngineState) -> AsyncIterator[Client]:
    async with TestClient(TestServer(build_server(state), handler_cancellation=True)) as client:
        yield client


async def events(response: ClientResponse) -> list[Event]:
    decoder, found = Decoder(), []
    async for chunk in response.content.iter_any():
        found += decoder.feed(chunk)
    return found


async def first(kind: type[E], response: ClientResponse) -> E:
    decoder = Decoder()
    async for chunk in response.content.iter_any():
        for event in decoder.feed(chunk):
            if isinstance(event, kind):
                return event
    raise AssertionError(f"the stream ended without {kind.__name__}")


async def paint(client: Client, **fields: Any) -> ClientResponse:
    return await client.post("/v1/images/generations", json=SMALL | fields)


async def refusal(response: ClientResponse) -> str:
    assert response.status >= 400
    return (await response.json())["error"]["message"]  # type: ignore[no-any-return]


async def test_a_streamed_request_is_queued_then_painted_with_previews_then_done(client: Client) -> None:
    response = await paint(client, stream=True, partial_images=1, steps=5)
    assert response.status == 200
    assert response.content_type == "text/event-stream"
    told = await events(response)
    assert told[0] == Queued(0)
    assert [event.step for event in told if isinstance(event, Progress)] == [1, 2, 3, 4, 5]
    preview = next(event for event in told if isinstance(event, PartialImage))
    assert (preview.step, Image.open(BytesIO(preview.png)).size) == (1, (64, 64))
    done = told[-1]
    assert isinstance(done, Completed)
    assert Image.open(BytesIO(done.png)).size == (64, 64)
    assert (done.seed, done.prompt_used, done.cut, done.lane) == (5, "a red cat", "", "bank")


async def test_the_picture_says_how_it_was_painted(client: Client, base: Base) -> None:
    done = (await events(await paint(client, stream=True, n=2)))[-1]
    assert isinstance(done, Completed)
    record = painted_in(done.png)
    assert (record.base_fingerprint, record.lane, record.batch) == (base.fingerprint, "bank", "4x4x8x8")
    assert (record.request.seed, record.request.count, record.request.steps) == (6, 1, 3)
    assert "Steps: 3" in Image.open(BytesIO(done.png)).info["parameters"]


async def test_an_answer_that_is_not_streamed_is_openais(client: Client) -> None:
    answer = await (await paint(client, n=2, model="any", quality="high")).json()
    assert [picture["seed"] for picture in answer["data"]] == [5, 6]
    assert set(answer) == {"created", "data"}


async def test_an_unknown_adapter_is_asked_for_by_its_hash_and_painted_once_it_is_there(
    client: Client, base: Base, tmp_path: Path
) -> None:
    sha256 = lora.write(tmp_path, lora.weights(base))
    data = (tmp_path / f"{sha256}.safetensors").read_bytes()
    uses = [{"sha256": sha256, "weight": 0.8, "trigger": "in sks style"}]
    response = await paint(client, adapters=uses)
    assert response.status == 424
    error = error_from_json(await response.json())
    assert isinstance(error, UnknownAdapter)
    assert error.sha256 == sha256
    report = await (await client.put(f"/v1/adapters/{sha256}", data=data)).json()
    assert (report["sha256"], report["rank"], report["targets"]) == (sha256, 4, ["unet"])
    styled = (await (await paint(client, adapters=uses)).json())["data"][0]
    assert styled["prompt_used"] == "a red cat, in sks style"
    plain = (await (await paint(client, prompt="a red cat, in sks style")).json())["data"][0]
    assert styled["b64_json"] != plain["b64_json"]
    assert [known["sha256"] for known in (await (await client.get("/v1/adapters")).json())["data"]] == [sha256]


async def test_a_file_with_another_hash_or_for_another_base_is_refused_and_leaves_nothing(
    client: Client, base: Base, tmp_path: Path, state: EngineState
) -> None:
    other = {key.replace("unet.", "unet.other."): tensor for key, tensor in lora.weights(base).items()}
    sha256 = lora.write(tmp_path, other)
    data = (tmp_path / f"{sha256}.safetensors").read_bytes()
    for name, sentence in (("0" * 64, "SHA-256"), (sha256, "another base")):
        response = await client.put(f"/v1/adapters/{name}", data=data)
        assert response.status == 422
        assert sentence in await refusal(response)
    assert list(state.studio().shelf.folder.iterdir()) == []


async def test_a_disk_that_takes_no_more_is_said_and_leaves_nothing(
    client: Client, state: EngineState, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("engine.shelf.os.fsync", full)
    data = b"some bytes"
    response = await client.put(f"/v1/adapters/{hashlib.sha256(data).hexdigest()}", data=data)
    assert response.status == 500
    assert "No space left on device" in await refusal(response)
    assert list(state.studio().shelf.folder.iterdir()) == []


async def test_an_upload_given_up_before_its_file_is_checked_leaves_nothing(state: EngineState) -> None:
    shelf = state.studio().shelf

    async def chunks() -> AsyncIterator[bytes]:
        yield b"some bytes"

    async with shelf.received(chunks()) as draft:
        assert list(shelf.folder.iterdir()) == [draft]
    assert list(shelf.folder.iterdir()) == []


@pytest.mark.parametrize(("age", "stays"), [(0, True), (DRAFT_SECONDS + 60, False)])
def test_only_drafts_that_nobody_writes_to_any_more_are_thrown_away(
    base: Base, tmp_path: Path, age: int, stays: bool
) -> None:
    draft = tmp_path / "x.draft"
    draft.touch()
    os.utime(draft, (time.time() - age, time.time() - age))
    Shelf(tmp_path, base)
    assert draft.exists() == stays


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"prompt": " "}, "prompt"),
        ({"prompt": "x" * 10_000}, "prompt"),
        ({"size": "65x64"}, "size"),
        ({"size": "256x256"}, "size"),
        ({"steps": 0}, "steps"),
        ({"steps": 10_000}, "steps"),
        ({"sampler": "magic"}, "sampler"),
        ({"guidance_scale": float("inf")}, "guidance_scale"),
        ({"sede": 7}, "sede"),
        ({"strength": 0.5}, "strength"),
        ({"image": base64.b64encode(b"\x89PNG\r\n\x1a\n and no more").decode()}, "image"),
    ],
)
async def test_a_wrong_value_is_answered_with_its_name(client: Client, fields: dict[str, Any], param: str) -> None:
    response = await client.post("/v1/images/generations", data=json.dumps(SMALL | fields))
    assert response.status == 400
    assert (await response.json())["error"]["param"] == param


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"[" * 100_000, b"\xff\xfe"])
async def test_a_body_that_is_no_request_is_answered(client: Client, body: bytes) -> None:
    assert (await client.post("/v1/images/generations", data=body)).status == 400


@pytest.mark.parametrize("side", [8_000, 60_000])  # the larger one is refused by Pillow itself
async def test_an_image_that_would_fill_the_memory_unpacked_is_refused(client: Client, side: int) -> None:
    response = await paint(client, image=base64.b64encode(png_beginning(side, side)).decode())
    assert response.status == 400
    assert "at most 50 million pixels" in await refusal(response)


async def test_a_request_for_another_base_is_a_conflict(client: Client, base: Base) -> None:
    assert (await paint(client, base="f" * 64)).status == 409
    assert (await paint(client, base=base.fingerprint)).status == 200


async def test_a_path_that_does_not_exist_is_answered_in_json(client: Client) -> None:
    response = await client.get("/v2/nothing")
    assert response.status == 404
    assert "Not Found" in await refusal(response)


async def test_closing_the_connection_cancels_and_the_next_request_is_painted(
    client: Client, state: EngineState
) -> None:
    for stream in (True, False):
        asking = asyncio.create_task(paint(client, steps=150, stream=stream, prompt="a long one"))
        waiting = asyncio.create_task(paint(client, steps=150, stream=stream, prompt="one that waits"))
        await asyncio.sleep(0.5)
        for task in (asking, waiting):
            if task.done():
                (await task).close()
            task.cancel()
        async with asyncio.timeout(20):
            assert (await paint(client)).status == 200
        assert state.studio().jobs.waiting == []


async def test_a_full_queue_is_said_and_the_place_in_it_too(client: Client) -> None:
    responses = [await paint(client, steps=150, n=8, stream=True) for _ in range(2)]  # all that are painted at once
    await first(Progress, responses[0])
    responses += [await paint(client, stream=True, seed=i) for i in range(3)]
    full = await paint(client)
    assert full.status == 429
    assert isinstance(error_from_json(await full.json()), EngineBusy)
    assert (await first(Queued, responses[-1])).place >= 1
    for response in responses:
        response.close()


async def test_an_order_sent_twice_is_painted_once(client: Client) -> None:
    one, two = await asyncio.gather(*(paint(client, idempotency_key="k") for _ in range(2)))
    assert (await one.json())["data"] == (await two.json())["data"]
    assert (await paint(client, idempotency_key="k", seed=9)).status == 409


async def test_a_fault_while_painting_ends_that_request_with_a_sentence_and_not_the_engine(
    client: Client, state: EngineState, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = state.studio().painter.worker.bank
    assert bank is not None
    with monkeypatch.context() as broken:
        broken.setattr(bank.family, "predict", lambda *_: (_ for _ in ()).throw(RuntimeError("a cable is loose")))
        told = await events(await paint(client, stream=True))
        assert isinstance(told[-1], Failed)
        assert "a cable is loose" in told[-1].error.sentence
        assert (await paint(client)).status == 500
    assert (await paint(client)).status == 200


async def test_a_fault_while_adapters_are_read_ends_that_request_and_not_the_engine(
    client: Client, state: EngineState, base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = lora.write(tmp_path, lora.weights(base))
    data = (tmp_path / f"{sha256}.safetensors").read_bytes()
    assert (await client.put(f"/v1/adapters/{sha256}", data=data)).status == 200
    worn = {"adapters": [{"sha256": sha256}]}
    with monkeypatch.context() as broken:
        broken.setattr(state.studio().painter.copies, "read", lambda _: [][0])
        assert "IndexError" in await refusal(await paint(client, **worn))
    assert (await paint(client, **worn)).status == 200


async def test_models_says_what_is_loaded_and_health_that_it_is_ready(client: Client, base: Base) -> None:
    model = (await (await client.get("/v1/models")).json())["data"][0]
    assert (model["fingerprint"], model["family"], model["dtype"]) == (base.fingerprint, "sd", "fp32")
    assert model["defaults"]["width"] == 64
    health = await client.get("/health")
    assert (health.status, (await health.json())["status"]) == (200, "ready")


async def test_metrics_count_what_happened(client: Client) -> None:
    await (await paint(client, n=2)).read()
    async with client.post("/v1/images/generations", json=SMALL | {"steps": 150, "stream": True}) as response:
        await first(Progress, response)
    assert (await paint(client)).status == 200  # by then the one before has ended
    text = await (await client.get("/metrics")).text()
    assert 'styleseal_requests_total{lane="bank",outcome="cancelled"} 1.0' in text
    assert 'styleseal_requests_total{lane="bank",outcome="completed"} 2.0' in text
    assert 'styleseal_batch_rows_bucket{le="4.0"}' in text
    assert 'styleseal_pages{state="taken"} 0.0' in text
    assert 'styleseal_memory_bytes{what="bank"}' in text


async def test_while_it_loads_every_request_is_told_so() -> None:
    async with TestClient(TestServer(build_server(EngineState()))) as client:
        assert (await client.get("/health")).status == 503
        response = await client.post("/v1/images/generations", json=SMALL)
        assert response.status == 503
        assert "not ready yet" in await refusal(response)


async def test_an_engine_with_a_token_asks_for_it(state: EngineState) -> None:
    async with TestClient(TestServer(build_server(state, "a-long-secret"))) as client:
        assert (await client.get("/v1/models")).status == 401
        assert (await client.get("/v1/models", headers={"Authorization": "Bearer wrong"})).status == 401
        right = {"Authorization": "Bearer a-long-secret"}
        assert (await client.get("/v1/models", headers=right)).status == 200


async def test_a_token_that_is_no_text_is_a_wrong_token(state: EngineState) -> None:
    async with TestClient(TestServer(build_server(state, "a-long-secret"))) as client:
        reader, writer = await asyncio.open_connection(client.host, client.port)
        writer.write(b"GET /v1/models HTTP/1.1\r\nHost: engine\r\nAuthorization: Bearer \xff\r\n\r\n")
        assert b" 401 " in await reader.readline()
        writer.close()


async def test_one_who_stops_listening_leaves_the_events_at_rest() -> None:
    async def told() -> AsyncIterator[Event]:
        yield Queued(0)
        await asyncio.Event().wait()

    events = told()
    async with aclosing(with_keep_alive(events)) as listening:
        assert await anext(listening) == Queued(0)
    await events.aclose()  # type: ignore[attr-defined]  # which fails while somebody still waits for the next


async def test_an_engine_that_stops_says_so_to_the_one_it_paints_for_and_to_those_that_wait(
    base: Base, tmp_path: Path
) -> None:
    state = EngineState()
    studio = build_studio(base, EngineSettings(data=tmp_path))
    state.open(studio)
    painting = asyncio.create_task(studio.painter.run())
    async with TestClient(TestServer(build_server(state))) as client:
        asking = [await paint(client, steps=150, n=8, stream=True, seed=seed) for seed in range(2)]
        await asyncio.sleep(0.1)
        painting.cancel()
        for response in asking:
            last = (await events(response))[-1]
            assert isinstance(last, Failed)
            assert isinstance(last.error, EngineGone)
