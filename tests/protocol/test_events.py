import base64
import json
from typing import Any

import pytest
from hypothesis import given

from protocol.errors import BadAnswer, EngineGone, InvalidRequest
from protocol.events import Completed, Event, Failed, PartialImage, Progress, Queued, event_from_json
from tests.protocol.strategies import any_events, png

PICTURE = Completed(
    png=png(16, 24),
    index=0,
    seed=7,
    prompt_used="astronaut, in sks style",
    cut="",
    lane="pipeline",
    seconds=2,
    created_at=5,
)


@given(any_events)
def test_an_event_comes_back_from_json_as_it_was(event: Event) -> None:
    assert event_from_json(json.loads(json.dumps(event.to_json()))) == event


def test_a_completed_picture_has_the_keys_openais_clients_read() -> None:
    form = PICTURE.to_json()
    assert form["type"] == "image_generation.completed"
    assert base64.b64decode(form["b64_json"]) == PICTURE.png
    assert (form["size"], form["created_at"], form["output_format"]) == ("16x24", 5, "png")


def test_a_preview_has_openais_name() -> None:
    preview = PartialImage(png=png(8, 8), index=0, step=3, partial_image_index=1)
    assert preview.to_json()["type"] == "image_generation.partial_image"
    assert preview.created_at > 1_700_000_000


def test_a_failure_carries_the_error_itself() -> None:
    event = event_from_json(Failed(EngineGone("It stopped.")).to_json())
    assert isinstance(event, Failed)
    with pytest.raises(EngineGone, match="It stopped"):
        raise event.error


def test_a_type_that_only_a_newer_engine_knows_is_passed_over() -> None:
    assert event_from_json({"type": "image_generation.dreaming", "of": "sheep"}) is None


def test_a_key_that_only_a_newer_engine_knows_is_passed_over() -> None:
    assert event_from_json({"type": Queued.type, "place": 2, "eta": 9}) == Queued(2)


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"type": 5},
        {"type": Queued.type},
        {"type": Queued.type, "place": -1},
        {"type": Progress.type, "index": 0, "step": 21, "steps": 20},
        PICTURE.to_json() | {"b64_json": "R0lGODlh"},
        PICTURE.to_json() | {"b64_json": None},
    ],
)
def test_an_event_that_cannot_be_read_is_a_bad_answer(data: Any) -> None:
    with pytest.raises(BadAnswer):
        event_from_json(data)


def test_an_event_is_checked_where_it_is_made() -> None:
    with pytest.raises(InvalidRequest):
        Progress(index=0, step=5, steps=4)
    with pytest.raises(InvalidRequest):
        PartialImage(png=b"\xff\xd8\xff a JPEG", index=0, step=1, partial_image_index=0)
