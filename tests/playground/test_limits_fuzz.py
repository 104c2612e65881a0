"""No JSON whatsoever makes the two judges raise anything but `DiscordError`, nor keeps them long."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.errors import DiscordError
from playground.limits import check
from playground.limits.routes import ROUTES
from playground.sent import Sent
from tests.playground.refusals import CASES
from tests.playground.specification import PATH, needs_document, spec

WORDS = sorted({word for case in CASES for word in json.dumps(case.refused.body).split('"')[1::2] if len(word) < 40})
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-2, 32),
    st.floats(),
    st.sampled_from([1 << 15, 10**300, -(10**4000), 2**63, 1e308]),
    st.text(max_size=5),
    st.sampled_from(WORDS),
    st.sampled_from(["\ud800", "x" * 5000, "attachment://", "https://[", "data:image/png;base64,!", "9" * 5000, "²"]),
)
KEYS = st.sampled_from(WORDS) | st.sampled_from(["_errors", "", "."]) | st.text(max_size=3)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=25
)
SECONDS = 3.0
"""Far more than either takes, on a machine that is busy."""


@st.composite
def altered(draw: st.DrawFn) -> Sent:
    """A real request with some value in it replaced by any JSON."""
    case = draw(st.sampled_from(CASES))
    sent = draw(st.sampled_from([case.refused, case.accepted]))
    body = json.loads(json.dumps(sent.body))
    spot = body
    while isinstance(spot, dict | list) and spot:
        key = draw(st.sampled_from(sorted(spot) if isinstance(spot, dict) else range(len(spot))))
        if not isinstance(spot[key], dict | list) or draw(st.integers(0, 3)) == 0:
            spot[key] = draw(JSON)
            break
        spot = spot[key]
    return Sent(method=sent.method, template=sent.template, body=body, files=sent.files, query=sent.query)


@st.composite
def anything(draw: st.DrawFn) -> Sent:
    method, template = draw(st.sampled_from(sorted(ROUTES)))
    query = draw(st.dictionaries(st.sampled_from(["limit", "wait", "before"]), st.text(max_size=20)))
    return Sent(method=method, template=template, body=draw(JSON), query=query)


def judge(sent: Sent) -> None:
    for judged in (check, spec().check) if PATH.is_file() else (check,):
        start = time.process_time()
        try:
            judged(sent)
        except DiscordError as error:
            json.dumps(error.to_json())
        assert time.process_time() - start < SECONDS


@given(altered())
def test_a_request_with_something_strange_in_it_is_judged(sent: Sent) -> None:
    judge(sent)


@given(anything())
def test_any_json_is_judged(sent: Sent) -> None:
    judge(sent)


def nest(depth: int, of: type) -> Any:
    made: Any = 0
    for _ in range(depth):
        made = {"components": made} if of is dict else [made]
    return made


HUGE: dict[str, Any] = {
    "deep lists": nest(100_000, list),
    "deep objects": nest(100_000, dict),
    "a list of a hundred thousand": [{"type": 1, "components": [{"type": 2}]}] * 100_000,
    "a list of unlike things": [index if index % 2 else [str(index)] for index in range(100_000)],
    "an object of a hundred thousand": {f"k{index}": index for index in range(100_000)},
    "a text of ten million": "x" * 10_000_000,
}


@pytest.mark.parametrize("body", HUGE.values(), ids=HUGE)
@pytest.mark.parametrize("key", [None, "components", "options", "name_localizations", "contexts", "parse"])
def test_a_huge_request_is_judged_soon(body: Any, key: str | None) -> None:
    whole = body if key is None else {"name": "x", "description": "x", "allowed_mentions": {key: body}, key: body}
    for template in ("/channels/{channel_id}/messages", "/applications/{application_id}/commands"):
        judge(Sent(method="POST", template=template, body=whole))


@needs_document
def test_every_route_with_limits_is_one_of_the_documents() -> None:
    assert set(ROUTES) <= set(spec().routes)
