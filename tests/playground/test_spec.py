"""Discord's own document and our own table of limits never contradict each other."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from playground.errors import DiscordError
from playground.fetch import Unfetched, fetch
from playground.sent import Sent
from playground.spec import SAYS, VARIABLE, Spec
from tests.playground.refusals import CASES
from tests.playground.refusals.case import ID, Case, command, layout, message, request, text
from tests.playground.specification import PATH, needs_document, spec

HOOK = "/interactions/{interaction_id}/{interaction_token}/callback"
EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def refusal(sent: Sent) -> DiscordError | None:
    try:
        spec().check(sent)
    except DiscordError as error:
        return error
    return None


@needs_document
@EACH
def test_what_our_table_accepts_the_document_accepts(case: Case) -> None:
    assert refusal(case.accepted) is None


@needs_document
@EACH
def test_what_our_table_refuses_the_document_refuses_where_it_says_anything(case: Case) -> None:
    assert (refusal(case.refused) is not None) == case.document


@needs_document
@pytest.mark.parametrize(
    ("sent", "place", "inner"),
    [
        (message(content=5), "content", "STRING_TYPE_CONVERT"),
        (message(embeds=[{"fields": [{"name": "n"}]}]), "embeds.0.fields.0.value", "BASE_TYPE_REQUIRED"),
        (message(components=[{"type": 1, "components": [{"type": 2, "style": 9}]}]), "components.0.components.0.style",
         "BASE_TYPE_CHOICES"),
        (layout({"type": 17, "components": [text("")]}), "components.0.components.0.content", "BASE_TYPE_BAD_LENGTH"),
        (command(options=[{"type": 3, "name": "x" * 33, "description": "d"}]), "options.0.name",
         "BASE_TYPE_BAD_LENGTH"),
        (request("POST", HOOK, {"type": 9, "data": {"title": "t", "custom_id": "m"}}),
         "data.components", "BASE_TYPE_REQUIRED"),
    ],
)  # fmt: skip
def test_a_mismatch_names_its_one_place_and_the_document(sent: Sent, place: str, inner: str) -> None:
    error = refusal(sent)
    assert error is not None
    assert (error.status, error.code, set(error.errors)) == (400, 50035, {place})
    name, sentence = error.errors[place]
    assert name == inner
    assert sentence.startswith(SAYS)


@needs_document
@pytest.mark.parametrize(
    "sent",
    [
        message(content="x", message_reference={"message_id": int(ID)}),
        message(message_reference={"type": 1, "message_id": ID, "channel_id": ID}),
        command(default_member_permissions="8"),
        request("POST", "/guilds/{guild_id}/roles", {"permissions": "8"}),
        request("PATCH", "/users/@me", {"avatar": None}),
    ],
    ids=["ids as numbers", "forwarding", "permissions of a command", "permissions of a role", "a bot without its name"],
)
def test_what_discord_takes_beyond_its_document_is_taken(sent: Sent) -> None:
    assert refusal(sent) is None


@needs_document
def test_a_full_message_is_judged_in_a_few_milliseconds() -> None:
    fields = [{"name": "n", "value": "v"}] * 25
    buttons = [[{"type": 2, "style": 1, "label": "b", "custom_id": f"{x}{y}"} for x in range(5)] for y in range(5)]
    rows = [{"type": 1, "components": row} for row in buttons]
    sent = message(content="x", embeds=[{"title": "t", "fields": fields}] * 4, components=rows)
    spec().check(sent)
    start = time.process_time()
    for _ in range(10):
        spec().check(sent)
    assert (time.process_time() - start) / 10 < 0.05


@needs_document
def test_a_route_without_a_body_is_let_through() -> None:
    assert refusal(request("GET", "/users/@me")) is None
    assert refusal(request("POST", "/no/such/route", {})) is None


@needs_document
def test_the_document_that_the_environment_names_is_at_hand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, str(PATH))
    assert Spec.at_hand() is not None
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none.json"))
    assert Spec.at_hand() is None


def test_no_document_is_at_hand_where_the_cache_is_empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr("playground.spec.cached", lambda: tmp_path / "none.json")
    assert Spec.at_hand() is None


SMALL: dict[str, Any] = {"openapi": "3.1.0", "paths": {}}


def test_a_document_is_fetched_whole(tmp_path: Path) -> None:
    source, target = tmp_path / "source.json", tmp_path / "cache" / "discord-openapi.json"
    source.write_text(json.dumps(SMALL))
    fetch(target, source.as_uri())
    assert json.loads(target.read_text()) == SMALL
    assert [path.name for path in target.parent.iterdir()] == [target.name]


@pytest.mark.parametrize("content", [None, "", "[]", "<html>"])
def test_a_failed_fetch_leaves_the_old_document(tmp_path: Path, content: str | None) -> None:
    source, target = tmp_path / "source.json", tmp_path / "cache" / "discord-openapi.json"
    if content is not None:
        source.write_text(content)
    target.parent.mkdir()
    target.write_text(json.dumps(SMALL))
    with pytest.raises(Unfetched):
        fetch(target, source.as_uri())
    assert json.loads(target.read_text()) == SMALL
    assert [path.name for path in target.parent.iterdir()] == [target.name]
