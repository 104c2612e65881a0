"""First answers and follow-ups, for what no library would send."""

import asyncio
from typing import Any

import pytest

from playground.testing import Playground, Used
from tests.playground.bots.raw_bot import RawBot

PING = {"name": "ping", "description": "x"}
REPLY = {"content": "here"}
FORM = {
    "title": "Form",
    "custom_id": "form",
    "components": [{"type": 1, "components": [{"type": 4, "custom_id": "a", "label": "A", "style": 1}]}],
}
BUTTON = {"type": 1, "components": [{"type": 2, "style": 1, "label": "B", "custom_id": "b"}]}


async def ran(playground: Playground, bot: RawBot) -> tuple[Used, dict[str, Any]]:
    await bot.register(PING)
    used = await playground.as_(playground.demo.member).run(playground.demo.general, "ping")
    return used, await bot.interaction()


async def test_a_second_answer_is_refused(empty: Playground, raw_bot: RawBot) -> None:
    _, told = await ran(empty, raw_bot)
    await raw_bot.answer(told, 4, REPLY)
    status, error = await raw_bot.answer(told, 4, REPLY)
    assert (status, error["code"]) == (400, 40060)


async def test_an_answer_with_another_token_is_to_no_interaction(empty: Playground, raw_bot: RawBot) -> None:
    _, told = await ran(empty, raw_bot)
    status, error = await raw_bot.answer(told | {"token": "wrong"}, 4, REPLY)
    assert (status, error["code"]) == (404, 10062)
    status, error = await raw_bot.webhook(told | {"token": "wrong"}, "POST", "", REPLY)
    assert (status, error["code"]) == (401, 50027)
    status, error = await raw_bot.webhook(told | {"application_id": "1"}, "POST", "", REPLY)
    assert (status, error["code"]) == (404, 10015)


async def test_nothing_follows_before_the_first_answer(empty: Playground, raw_bot: RawBot) -> None:
    _, told = await ran(empty, raw_bot)
    status, error = await raw_bot.webhook(told, "POST", "", REPLY)
    assert (status, error["code"]) == (404, 10015)


@pytest.mark.parametrize(("kind", "data"), [(6, None), (7, REPLY), (8, {"choices": []}), (1, None)])
async def test_a_command_takes_no_answer_of_another_kind(
    empty: Playground, raw_bot: RawBot, kind: int, data: dict[str, Any] | None
) -> None:
    used, told = await ran(empty, raw_bot)
    status, error = await raw_bot.answer(told, kind, data)
    assert (status, error["code"]) == (400, 50035)
    assert (await raw_bot.answer(told, 4, REPLY))[0] == 200
    await used.acknowledged()


async def test_a_filled_in_form_is_not_answered_by_a_form(empty: Playground, raw_bot: RawBot) -> None:
    used, told = await ran(empty, raw_bot)
    await raw_bot.answer(told, 9, FORM)
    await empty.as_(empty.demo.member).submit(await used.form(), a="text")
    submitted = await raw_bot.interaction()
    assert submitted["data"]["components"][0]["components"][0]["value"] == "text"
    status, error = await raw_bot.answer(submitted, 9, FORM)
    assert (status, error["code"]) == (400, 50035)
    status, error = await raw_bot.answer(submitted, 7, REPLY)
    assert (status, error["code"]) == (400, 50035)
    assert (await raw_bot.answer(submitted, 6))[0] == 200


async def test_a_form_leaves_no_original(empty: Playground, raw_bot: RawBot) -> None:
    _, told = await ran(empty, raw_bot)
    await raw_bot.answer(told, 9, FORM)
    status, error = await raw_bot.webhook(told, "GET", "/messages/@original")
    assert (status, error["code"]) == (404, 10008)


async def test_the_response_says_which_message_it_made(empty: Playground, raw_bot: RawBot) -> None:
    used, told = await ran(empty, raw_bot)
    status, made = await raw_bot.answer(told, 4, REPLY | {"flags": 64})
    message = await used.message()
    assert status == 200
    assert made["interaction"] == {
        "id": told["id"],
        "type": 2,
        "channel_id": told["channel_id"],
        "guild_id": told["guild_id"],
        "response_message_id": message["id"],
        "response_message_loading": False,
        "response_message_ephemeral": True,
    }
    assert made["resource"]["type"] == 4
    assert made["resource"]["message"]["content"] == "here"


async def test_without_with_response_there_is_no_content(empty: Playground, raw_bot: RawBot) -> None:
    _, told = await ran(empty, raw_bot)
    path = f"/interactions/{told['id']}/{told['token']}/callback"
    assert await raw_bot.call("POST", path, {"type": 5}, token=False) == (204, None)


async def test_an_ephemeral_message_is_unknown_to_the_channel(empty: Playground, raw_bot: RawBot) -> None:
    used, told = await ran(empty, raw_bot)
    await raw_bot.answer(told, 4, REPLY | {"flags": 64})
    message = await used.message()
    status, error = await raw_bot.call("GET", f"/channels/{told['channel_id']}/messages/{message['id']}")
    assert (status, error["code"]) == (404, 10008)


async def test_a_deferred_ephemeral_answer_stays_so(empty: Playground, raw_bot: RawBot) -> None:
    used, told = await ran(empty, raw_bot)
    await raw_bot.answer(told, 5, {"flags": 64})
    thinking = await used.thinking()
    assert thinking["flags"] == 64 | 128
    status, sent = await raw_bot.webhook(told, "POST", "?wait=true", REPLY)
    assert (status, sent["id"], sent["flags"]) == (200, thinking["id"], 64)
    status, sent = await raw_bot.webhook(told, "POST", "?wait=true", REPLY | {"flags": 64})
    assert sent["id"] != thinking["id"]
    assert sent["flags"] == 64


async def test_a_deleted_original_is_gone_and_a_follow_up_is_a_new_message(empty: Playground, raw_bot: RawBot) -> None:
    used, told = await ran(empty, raw_bot)
    await raw_bot.answer(told, 5)
    thinking = await used.thinking()
    assert (await raw_bot.webhook(told, "DELETE", "/messages/@original"))[0] == 204
    status, error = await raw_bot.webhook(told, "PATCH", "/messages/@original", REPLY)
    assert (status, error["code"]) == (404, 10008)
    status, sent = await raw_bot.webhook(told, "POST", "?wait=true", REPLY)
    assert status == 200
    assert sent["id"] != thinking["id"]


async def test_an_empty_answer_does_not_acknowledge(empty: Playground, raw_bot: RawBot) -> None:
    _, told = await ran(empty, raw_bot)
    status, error = await raw_bot.answer(told, 4, {"content": ""})
    assert (status, error["code"]) == (400, 50006)
    assert (await raw_bot.answer(told, 4, REPLY))[0] == 200


async def test_a_deferred_update_leaves_the_message_and_is_its_original(empty: Playground, raw_bot: RawBot) -> None:
    used, told = await ran(empty, raw_bot)
    await raw_bot.answer(told, 4, REPLY | {"components": [BUTTON]})
    message = await used.message()
    await empty.as_(empty.demo.member).click(message, "B")
    clicked = await raw_bot.interaction()
    assert clicked["message"]["id"] == message["id"]
    assert clicked["data"] == {"custom_id": "b", "component_type": 2, "id": 2}
    status, made = await raw_bot.answer(clicked, 6)
    assert (status, made["interaction"]["response_message_id"]) == (200, message["id"])
    status, original = await raw_bot.webhook(clicked, "GET", "/messages/@original")
    assert (status, original["id"]) == (200, message["id"])


async def test_a_choice_has_the_type_of_its_option(empty: Playground, raw_bot: RawBot) -> None:
    option = {"type": 4, "name": "number", "description": "x", "autocomplete": True}
    await raw_bot.register(PING | {"options": [option]})
    member = empty.as_(empty.demo.member)
    asked = asyncio.create_task(member.complete(empty.demo.general, "ping", "number", number="4"))
    told = await raw_bot.interaction()
    assert told["data"]["options"] == [{"name": "number", "type": 4, "value": "4", "focused": True}]
    status, error = await raw_bot.answer(told, 8, {"choices": [{"name": "a", "value": "a"}]})
    assert (status, error["code"]) == (400, 50035)
    await raw_bot.answer(told, 8, {"choices": [{"name": "a", "value": 4}]})
    assert (await asked)[0]["value"] == 4
    status, error = await raw_bot.webhook(told, "POST", "", REPLY)
    assert (status, error["code"]) == (404, 10015), "nothing follows choices"


async def test_five_follow_ups_are_the_most_outside_ones_servers(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    await raw_bot.register(PING)
    await empty.post("guild_install", application=str(demo.app.id), guild=str(demo.other.id), installed=False)
    await empty.as_(demo.member).post("user_install", application=str(demo.app.id), installed=True)
    [place] = demo.other.channels.values()
    await empty.as_(demo.member).run(place, "ping")
    told = await raw_bot.interaction()
    assert told["authorizing_integration_owners"] == {"1": str(demo.member.id)}
    await raw_bot.answer(told, 5)
    answers = []
    for _ in range(7):
        answers.append((await raw_bot.webhook(told, "POST", "?wait=true", REPLY))[0])
        await empty.advance(5)
    assert answers == [200] * 6 + [400], "the first one took the place of thinking"


async def test_without_the_permission_a_persons_own_application_answers_them_alone(
    empty: Playground, raw_bot: RawBot
) -> None:
    demo = empty.demo
    await raw_bot.register(PING)
    await empty.post("guild_install", application=str(demo.app.id), guild=str(demo.other.id), installed=False)
    await empty.as_(demo.member).post("user_install", application=str(demo.app.id), installed=True)
    [place] = demo.other.channels.values()
    deny = {"id": str(demo.other.id), "type": 0, "deny": str(1 << 50)}
    await empty.post("channel", channel=str(place.id), permission_overwrites=[deny])
    used = await empty.as_(demo.member).run(place, "ping")
    await raw_bot.answer(await raw_bot.interaction(), 4, REPLY)
    assert (await used.message())["only_you"]
