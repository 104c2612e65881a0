"""What every request meets before its route: token, limits, body, faults, log."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from playground.log import Entry
from playground.testing import Refusal
from tests.playground.api import Api


async def test_an_unknown_token_is_refused_with_discords_words(api: Api) -> None:
    for token in ("", "wrong"):
        answer = await api("GET", "/users/@me", token=token)
        assert (answer.status, answer.json) == (401, {"message": "401: Unauthorized", "code": 0})


async def test_every_version_of_the_api_is_the_same(api: Api) -> None:
    headers = {"Authorization": f"Bot {api.playground.token}"}
    for version in ("api/v10", "api/v9", "api"):
        async with api.session.get(f"{api.playground.url}/{version}/users/@me", headers=headers) as answer:
            assert (await answer.json())["id"] == str(api.demo.app.id)
            assert answer.headers["Content-Type"] == "application/json"


async def test_a_route_there_is_not_is_not_found(api: Api) -> None:
    answer = await api("GET", "/no/such/route")
    assert (answer.status, answer.json) == (404, {"message": "404: Not Found", "code": 0})


async def test_another_method_of_a_route_is_not_allowed(api: Api) -> None:
    assert (await api("PUT", "/users/@me")).status == 405


async def test_a_route_of_discord_that_is_missing_here_is_told_as_such(api: Api) -> None:
    answer = await api("GET", f"/guilds/{api.demo.guild.id}/audit-logs")
    assert answer.status == 501
    assert "the playground does not" in api.state.log.since()[-1].to_json()["refused"]


async def test_what_is_no_id_is_no_snowflake(api: Api) -> None:
    answer = await api("GET", "/channels/general/messages")
    assert (answer.status, answer.code) == (400, 50035)
    assert "snowflake" in answer.json["errors"]["channel_id"]["_errors"][0]["message"]


@pytest.mark.parametrize(
    "raw", [b"{", b"not json", b'{"content": "\xff"}', b'{"a": NaN}', b'{"a": 1e999}', b"[" * 9999]
)
async def test_a_body_that_is_no_json_is_refused(api: Api, raw: bytes) -> None:
    path = f"/channels/{api.demo.art.id}/messages"
    answer = await api("POST", path, raw=raw, headers={"Content-Type": "application/json"})
    assert (answer.status, answer.code) == (400, 50109)


async def test_a_body_must_say_that_it_is_json(api: Api) -> None:
    answer = await api("POST", f"/channels/{api.demo.art.id}/messages", raw=b"content=hello")
    assert (answer.status, answer.code) == (400, 50035)


async def test_more_than_25_mib_are_too_much_for_one_request(api: Api) -> None:
    api.demo.guild.upload_bytes = 2**30
    path = f"/channels/{api.demo.art.id}/messages"
    answer = await api("POST", path, {}, files={"a.bin": bytes(25 * 2**20 + 1)})
    assert (answer.status, answer.code) == (413, 40005)


async def test_a_file_over_the_servers_limit_is_refused(api: Api) -> None:
    api.demo.guild.upload_bytes = 1000
    path = f"/channels/{api.demo.art.id}/messages"
    answer = await api("POST", path, {}, files={"a.bin": bytes(1001)})
    assert (answer.status, answer.code) == (413, 40005)
    assert (await api("POST", path, {}, files={"a.bin": bytes(1000)})).status == 200


async def test_headers_count_down_and_the_sixth_message_waits(api: Api) -> None:
    path = f"/channels/{api.demo.art.id}/messages"
    answers = [await api("POST", path, {"content": str(number)}) for number in range(6)]
    assert [answer.status for answer in answers] == [200] * 5 + [429]
    left = [int(answer.headers["X-RateLimit-Remaining"]) for answer in answers]
    assert left == [4, 3, 2, 1, 0, 0]
    refused = answers[-1]
    assert refused.json["global"] is False
    assert 0 < refused.json["retry_after"] <= 5
    assert refused.headers["Via"]
    assert refused.headers["X-RateLimit-Scope"] == "user"
    assert int(refused.headers["Retry-After"]) >= 1
    for name in ("Limit", "Reset", "Reset-After", "Bucket"):
        assert refused.headers[f"X-RateLimit-{name}"]


async def test_another_channel_has_a_limit_of_its_own_and_time_lifts_it(api: Api) -> None:
    path = f"/channels/{api.demo.art.id}/messages"
    for _ in range(6):
        await api("POST", path, {"content": "again"})
    assert (await api("POST", f"/channels/{api.demo.general.id}/messages", {"content": "here"})).status == 200
    api.state.world.clock.advance(5)
    assert (await api("POST", path, {"content": "again"})).status == 200


async def test_fifty_requests_a_second_are_all_that_a_bot_has(api: Api) -> None:
    answers = [await api("GET", "/gateway/bot") for _ in range(60)]
    refused = [answer for answer in answers if answer.status == 429]
    assert refused
    assert refused[0].json["global"] is True
    assert refused[0].headers["X-RateLimit-Scope"] == "global"
    assert refused[0].headers["X-RateLimit-Global"] == "true"


async def test_webhooks_of_interactions_do_not_count_towards_all(api: Api) -> None:
    path = f"/webhooks/{api.demo.app.id}/no-such-token/messages/@original"
    for _ in range(60):
        assert (await api("GET", path, token="")).status != 429


async def test_a_rate_limit_on_purpose_is_like_a_real_one(api: Api) -> None:
    await api.playground.fault("rate_limit", route="/users/@me", retry_after=7.5, **{"global": True})
    answer = await api("GET", "/users/@me")
    assert (answer.status, answer.json["retry_after"], answer.json["global"]) == (429, 7.5, True)
    assert (await api("GET", "/users/@me")).status == 200


async def test_an_error_on_purpose_does_nothing(api: Api) -> None:
    await api.playground.fault("error", status=502, times=2, method="POST")
    path = f"/channels/{api.demo.art.id}/messages"
    assert [(await api("POST", path, {"content": "x"})).status for _ in range(2)] == [502, 502]
    assert (await api("GET", path)).json == []


@pytest.mark.parametrize("how", ["reset", "502"])
async def test_a_lost_answer_was_carried_out(api: Api, how: str) -> None:
    await api.playground.fault("lost", how=how, route="/channels/{channel_id}/messages", method="POST")
    path = f"/channels/{api.demo.art.id}/messages"
    if how == "reset":
        with pytest.raises((aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)):
            await api("POST", path, {"content": "done"})
    else:
        assert (await api("POST", path, {"content": "done"})).status == 502
    assert [one["content"] for one in (await api("GET", path)).json] == ["done"]


async def test_a_refusal_is_an_answer_that_can_be_lost(api: Api) -> None:
    await api.playground.fault("lost", how="502")
    assert (await api("POST", f"/channels/{api.demo.art.id}/messages", {"content": ""})).status == 502
    entry = (await api.playground.log())[-1]
    assert (entry["status"], entry["code"]) == (0, 50006)
    assert entry["refused"] == "Cannot send an empty message; the answer was lost on purpose"


@pytest.mark.parametrize("fields", [{"route": 5}, {"method": 5}, {"times": 1.5}, {"code": "50013"}, {"seconds": "1"}])
async def test_a_fault_of_the_wrong_kind_does_not_wait_for_requests(api: Api, fields: dict[str, Any]) -> None:
    with pytest.raises(Refusal, match="fields of the right types"):
        await api.playground.fault("slow", **fields)
    assert (await api("GET", "/users/@me")).status == 200


async def test_a_slow_answer_comes_when_its_time_has_come(api: Api) -> None:
    await api.playground.fault("slow", seconds=1000, route="/users/@me")
    asked = asyncio.create_task(api("GET", "/users/@me"))
    await asyncio.sleep(0.05)
    assert not asked.done()
    api.state.world.clock.advance(1000)
    assert (await asked).status == 200


async def test_an_upload_is_refused_and_a_text_is_not(api: Api) -> None:
    await api.playground.fault("refuse_upload")
    path = f"/channels/{api.demo.art.id}/messages"
    assert (await api("POST", path, {"content": "x"})).status == 200
    answer = await api("POST", path, {}, files={"a.txt": b"x"})
    assert (answer.status, answer.code) == (413, 40005)


async def test_a_request_is_forbidden_with_the_code_that_was_asked_for(api: Api) -> None:
    await api.playground.fault("forbid", code=50001)
    answer = await api("GET", "/users/@me")
    assert (answer.status, answer.code) == (403, 50001)


async def test_the_log_says_why_a_request_was_refused(api: Api) -> None:
    await api("POST", f"/channels/{api.demo.art.id}/messages", {"content": "x" * 2001})
    entry = (await api.playground.log())[-1]
    assert (entry["status"], entry["code"]) == (400, 50035)
    assert entry["route"] == "/channels/{channel_id}/messages"
    assert "content: Must be 2000 or fewer in length." in entry["refused"]
    assert len(entry["body"]["content"]) == 2001
    json.dumps(entry)


async def test_the_log_keeps_no_pictures(api: Api) -> None:
    await api("POST", f"/applications/{api.demo.app.id}/emojis", {"name": "x", "image": "x" * 100_000})
    await api("POST", f"/channels/{api.demo.art.id}/messages", {"content": [["x"] * 1000]})
    picture, listed = (entry["body"] for entry in await api.playground.log())
    assert picture == {"name": "x", "image": f"{'x' * 100}… (100000 characters)"}
    assert len(listed["content"][0]) == 200


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}])
async def test_no_website_speaks_to_the_api_or_the_gateway(api: Api, headers: dict[str, str]) -> None:
    async with api.session.get(f"{api.playground.api}/gateway", headers=headers) as answer:
        assert answer.status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        await api.session.ws_connect(api.playground.gateway, headers=headers)


async def test_the_name_that_others_know_is_let_in(api: Api) -> None:
    api.state.world.cdn = "http://playground.lan:8765"
    for headers in ({"Host": "playground.lan:8765"}, {"Origin": "http://playground.lan:8765"}):
        async with api.session.get(f"{api.playground.url}/control/world", headers=headers) as answer:
            assert answer.status == 200


async def test_a_bot_that_is_gone_in_the_middle_of_a_request_is_no_failure(api: Api) -> None:
    noted: asyncio.Future[Entry] = asyncio.get_running_loop().create_future()
    api.state.log.listeners.append(noted.set_result)
    host, _, port = api.playground.url.removeprefix("http://").partition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /api/v10/channels/{api.demo.art.id}/messages HTTP/1.1\r\nHost: {host}:{port}\r\n"
    token = f"Authorization: Bot {api.playground.token}\r\n"
    writer.write(f"{head}{token}Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{{".encode())
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.transport.abort()
    async with asyncio.timeout(5):
        entry = await noted
    assert (entry.status, entry.refused) == (0, "the bot was gone before all of its request was there")


async def test_a_number_in_other_digits_is_none(api: Api) -> None:
    api.grant("manage_threads")
    for place, query in (("threads/archived/public", "limit"), ("thread-members", "after")):
        answer = await api("GET", f"/channels/{api.demo.thread.id}/{place}?{query}=%C2%B2")
        assert (answer.status, answer.code) == (400, 50035)


async def test_what_fails_here_is_an_error_of_the_playground_and_not_of_the_bot(api: Api) -> None:
    del api.demo.app.emojis
    answer = await api("GET", f"/applications/{api.demo.app.id}/emojis")
    assert answer.status == 500
    assert "the playground itself failed" in (await api.playground.log())[-1]["refused"]
