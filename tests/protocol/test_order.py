import json
from typing import Any

import pytest
from hypothesis import given

from protocol.errors import InvalidRequest
from protocol.order import PaintOrder
from protocol.paint import PaintRequest
from tests.protocol.strategies import orders


@given(orders)
def test_an_order_comes_back_from_json_as_it_was(order: PaintOrder) -> None:
    assert PaintOrder.from_json(json.loads(json.dumps(order.to_json()))) == order


@given(orders)
def test_an_orders_json_holds_its_request_as_it_is(order: PaintOrder) -> None:
    assert PaintRequest.from_json(order.to_json()) == order.request


def test_the_smallest_body_is_a_prompt() -> None:
    assert PaintOrder.from_json({"prompt": "cat"}) == PaintOrder(request=PaintRequest(prompt="cat"))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("stream", 1),
        ("stream", "true"),
        ("latents", 1),
        ("partial_images", -1),
        ("partial_images", 21),
        ("partial_images", True),
        ("priority", 11),
        ("priority", 0.5),
        ("idempotency_key", ""),
        ("idempotency_key", "x" * 201),
        ("idempotency_key", 7),
        ("response_format", "url"),
        ("output_format", "webp"),
    ],
)
def test_a_wrong_way_of_serving_is_refused_by_its_key(key: str, value: Any) -> None:
    with pytest.raises(InvalidRequest) as caught:
        PaintOrder.from_json({"prompt": "cat", key: value})
    assert caught.value.param == key
