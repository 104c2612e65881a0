"""Servers, channels, threads, roles, members, scheduled events and emojis over the REST API."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from playground.world.permissions import bits
from tests.playground.api import Api
from tests.playground.test_messages import PNG


def later(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


async def test_a_bot_finds_itself_its_application_and_the_gateway(api: Api) -> None:
    me = (await api("GET", "/users/@me")).json
    assert (me["id"], me["bot"]) == (str(api.demo.app.id), True)
    for path in ("/oauth2/applications/@me", "/applications/@me"):
        assert (await api("GET", path)).json["approximate_guild_count"] == 2
    assert (await api("PATCH", "/users/@me", {"username": "Renamed"})).json["username"] == "Renamed"
    gateway = (await api("GET", "/gateway/bot")).json
    assert (gateway["url"], gateway["shards"]) == (api.playground.gateway, 1)
    assert gateway["session_start_limit"]["max_concurrency"] == 1
    assert [one["name"] for one in (await api("GET", "/users/@me/guilds")).json] == ["Ink & Pixel", "Second Server"]


async def test_a_server_is_there_for_its_members_only(api: Api) -> None:
    world, demo = api.state.world, api.demo
    guild = f"/guilds/{demo.guild.id}"
    assert (await api("GET", f"{guild}?with_counts=true")).json["approximate_member_count"] == 6
    assert len((await api("GET", f"{guild}/channels")).json) == 7
    closed = world.add_guild("Closed", demo.owner)
    assert (await api("GET", f"/guilds/{closed.id}")).code == 50001
    assert (await api("PATCH", guild, {"name": "renamed"})).code == 50013


async def test_a_channel_is_made_changed_and_deleted(api: Api) -> None:
    guild = api.demo.guild
    path = f"/guilds/{guild.id}/channels"
    assert (await api("POST", path, {"name": "new"})).code == 50013
    api.grant("manage_channels")
    body = {"name": "new", "type": 0, "parent_id": str(api.demo.general.parent_id), "topic": "t"}
    answer = await api("POST", path, body)
    assert answer.status == 201
    made = f"/channels/{answer.json['id']}"
    changed = (await api("PATCH", made, {"name": "newer", "topic": None, "nsfw": True})).json
    assert (changed["name"], changed["topic"], changed["nsfw"]) == ("newer", None, True)
    assert changed["parent_id"] == str(api.demo.general.parent_id)
    assert (await api("DELETE", made)).json["name"] == "newer"
    assert (await api("GET", made)).code == 10003
    wrong = await api("POST", path, {"name": "x", "parent_id": str(api.demo.art.id)})
    assert (wrong.status, wrong.code) == (400, 50035)


async def test_overwrites_are_set_and_taken_away(api: Api) -> None:
    path = f"/channels/{api.demo.art.id}/permissions/{api.demo.member.id}"
    body = {"type": 1, "deny": str(bits("send_messages")), "allow": "0"}
    assert (await api("PUT", path, body)).code == 50013
    api.grant("manage_roles")
    assert (await api("PUT", path, body)).status == 204
    assert not api.state.world.permissions(api.demo.member.id, api.demo.art) & bits("send_messages")
    assert (await api("PUT", path, body | {"allow": str(bits("ban_members"))})).code == 50013
    assert (await api("DELETE", path)).status == 204
    assert (await api("DELETE", path)).code == 10009


async def test_a_bot_that_types_is_seen(api: Api) -> None:
    async with api.session_of() as socket:
        assert (await api("POST", f"/channels/{api.demo.art.id}/typing")).status == 204
        assert (await socket.told("TYPING_START"))["d"]["user_id"] == str(api.demo.app.id)
    assert (await api("POST", f"/channels/{api.demo.silent.id}/typing")).code == 50013


async def test_a_thread_grows_from_a_message_once(api: Api) -> None:
    made = await api.send("x")
    path = f"/channels/{api.demo.art.id}/messages/{made['id']}"
    answer = await api("POST", f"{path}/threads", {"name": "about x", "auto_archive_duration": 60})
    thread = answer.json
    assert (answer.status, thread["id"], thread["type"]) == (201, made["id"], 11)
    assert thread["thread_metadata"]["auto_archive_duration"] == 60
    assert (await api("GET", path)).json["thread"]["id"] == thread["id"]
    (starter,) = (await api("GET", f"/channels/{thread['id']}/messages")).json
    assert (starter["type"], starter["referenced_message"]["content"]) == (21, "x")
    assert (await api("POST", f"{path}/threads", {"name": "again"})).code == 160004
    members = (await api("GET", f"/channels/{thread['id']}/thread-members?with_member=true")).json
    assert [one["member"]["user"]["id"] for one in members] == [str(api.demo.app.id)]


async def test_people_come_into_threads_and_leave(api: Api) -> None:
    answer = await api("POST", f"/channels/{api.demo.art.id}/threads", {"name": "t", "type": 11})
    assert answer.status == 201
    people = f"/channels/{answer.json['id']}/thread-members"
    async with api.session_of() as socket:
        assert (await api("PUT", f"{people}/{api.demo.member.id}")).status == 204
        told = (await socket.told("THREAD_MEMBERS_UPDATE"))["d"]
        assert (told["member_count"], told["added_members"][0]["user_id"]) == (2, str(api.demo.member.id))
    assert (await api("GET", f"{people}/{api.demo.member.id}")).json["user_id"] == str(api.demo.member.id)
    assert (await api("DELETE", f"{people}/{api.demo.member.id}")).code == 50013
    assert (await api("DELETE", f"{people}/@me")).status == 204
    assert (await api("GET", f"{people}/{api.demo.app.id}")).code == 10007
    active = (await api("GET", f"/guilds/{api.demo.guild.id}/threads/active")).json
    assert answer.json["id"] in {one["id"] for one in active["threads"]}


async def test_a_thread_is_archived_and_found_again(api: Api) -> None:
    answer = await api("POST", f"/channels/{api.demo.art.id}/threads", {"name": "t", "type": 11})
    path = f"/channels/{answer.json['id']}"
    assert (await api("PATCH", path, {"archived": True})).json["thread_metadata"]["archived"] is True
    assert (await api("PATCH", path, {"name": "x"})).code == 50083
    found = (await api("GET", f"/channels/{api.demo.art.id}/threads/archived/public")).json["threads"]
    assert [one["id"] for one in found] == [answer.json["id"]]
    assert (await api("PATCH", path, {"locked": True})).code == 50013
    assert (await api("PATCH", path, {"archived": False})).json["thread_metadata"]["archived"] is False


async def test_a_post_in_a_forum_begins_with_its_message(api: Api) -> None:
    api.demo.forum.tags = [{"id": "5", "name": "ink", "moderated": False, "emoji_id": None, "emoji_name": None}]
    body = {"name": "post", "applied_tags": ["5"], "message": {"content": "first"}}
    answer = await api("POST", f"/channels/{api.demo.forum.id}/threads", body, files={"a.png": PNG})
    post = answer.json
    assert (answer.status, post["message"]["id"], post["applied_tags"]) == (201, post["id"], ["5"])
    assert post["message"]["attachments"][0]["width"] == 640
    assert [one["content"] for one in (await api("GET", f"/channels/{post['id']}/messages")).json] == ["first"]


async def test_members_are_listed_found_and_changed(api: Api) -> None:
    demo = api.demo
    path = f"/guilds/{demo.guild.id}/members"
    assert len((await api("GET", f"{path}?limit=1000")).json) == 6
    assert [one["user"]["username"] for one in (await api("GET", f"{path}/search?query=ju&limit=5")).json] == ["jun"]
    assert (await api("GET", f"{path}/123")).code == 10013
    assert (await api("PATCH", f"{path}/@me", {"nick": "Me"})).json["nick"] == "Me"
    member = f"{path}/{demo.newcomer.id}"
    assert (await api("PATCH", member, {"nick": "New"})).code == 50013
    api.grant("manage_nicknames", "moderate_members")
    changed = (await api("PATCH", member, {"nick": "New", "communication_disabled_until": later(1)})).json
    assert changed["nick"] == "New"
    assert not api.state.world.permissions(demo.newcomer.id, demo.art) & bits("send_messages")
    assert (await api("PATCH", f"{path}/{demo.owner.id}", {"nick": "x"})).code == 50013


async def test_roles_are_given_below_ones_own(api: Api) -> None:
    demo = api.demo
    roles = f"/guilds/{demo.guild.id}/roles"
    assert (await api("POST", roles, {"name": "r"})).code == 50013
    api.grant("manage_roles")
    role = (await api("POST", roles, {"name": "r", "color": 255, "permissions": "0"})).json
    assert (role["position"], role["color"]) == (1, 255)
    member = f"/guilds/{demo.guild.id}/members/{demo.member.id}/roles/{role['id']}"
    assert (await api("PUT", member)).status == 204
    assert int(role["id"]) in demo.guild.members[demo.member.id].roles
    assert (await api("DELETE", member)).status == 204
    assert (await api("PATCH", f"{roles}/{role['id']}", {"name": "s"})).json["name"] == "s"
    assert (await api("POST", roles, {"permissions": str(bits("ban_members"))})).code == 50013
    own = next(one for one in demo.guild.roles.values() if one.bot_id)
    assert (await api("PUT", f"{member.rsplit('/', 1)[0]}/{own.id}")).code == 50028
    assert (await api("DELETE", f"{roles}/{role['id']}")).status == 204
    assert (await api("GET", f"{roles}/{role['id']}")).code == 10011


async def test_somebody_is_banned_with_a_reason_and_let_in_again(api: Api) -> None:
    demo = api.demo
    path = f"/guilds/{demo.guild.id}/bans/{demo.newcomer.id}"
    assert (await api("PUT", path)).code == 50013
    api.grant("ban_members")
    headers = {"X-Audit-Log-Reason": "spam%20again"}
    assert (await api("PUT", path, {}, headers=headers)).status == 204
    assert demo.newcomer.id not in demo.guild.members
    assert (await api("GET", path)).json["reason"] == "spam again"
    assert (await api("DELETE", path)).status == 204
    assert (await api("GET", path)).code == 10026


async def test_an_event_is_scheduled_begun_and_ended(api: Api) -> None:
    path = f"/guilds/{api.demo.guild.id}/scheduled-events"
    body: dict[str, Any] = {
        "name": "Contest",
        "privacy_level": 2,
        "entity_type": 3,
        "scheduled_start_time": later(1),
        "scheduled_end_time": later(2),
        "entity_metadata": {"location": "#art"},
    }
    assert (await api("POST", path, body)).code == 50013
    api.grant("create_events")
    async with api.session_of() as socket:
        event = (await api("POST", path, body)).json
        assert (await socket.told("GUILD_SCHEDULED_EVENT_CREATE"))["d"] == event
    assert (event["status"], event["creator_id"]) == (1, str(api.demo.app.id))
    assert "user_count" not in (await api("GET", f"{path}/{event['id']}")).json
    assert (await api("GET", f"{path}?with_user_count=true")).json[0]["user_count"] == 0
    assert (await api("PATCH", f"{path}/{event['id']}", {"status": 3})).code == 180000
    assert (await api("PATCH", f"{path}/{event['id']}", {"status": 2})).json["status"] == 2
    assert (await api("GET", f"{path}/{event['id']}/users")).json == []
    assert (await api("DELETE", f"{path}/{event['id']}")).status == 204
    assert (await api("GET", f"{path}/{event['id']}")).code == 10070


@pytest.mark.parametrize("place", ["applications", "guilds"])
async def test_an_emoji_is_added_used_and_removed(api: Api, place: str) -> None:
    api.grant("manage_guild_expressions")
    owner = api.demo.app.id if place == "applications" else api.demo.guild.id
    path = f"/{place}/{owner}/emojis"
    image = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    answer = await api("POST", path, {"name": "ink", "image": image})
    assert answer.status == 201
    id = answer.json["id"]
    assert (await api("PATCH", f"{path}/{id}", {"name": "oil"})).json["name"] == "oil"
    listed = (await api("GET", path)).json
    assert [one["id"] for one in (listed["items"] if place == "applications" else listed)] == [id]
    made = await api.send("x")
    reactions = f"/channels/{api.demo.art.id}/messages/{made['id']}/reactions"
    assert (await api("PUT", f"{reactions}/oil:{id}/@me")).status == 204
    async with api.session.get(f"{api.playground.url}/emojis/{id}.png") as picture:
        assert await picture.read() == PNG
    assert (await api("DELETE", f"{path}/{id}")).status == 204
    assert (await api("GET", f"{path}/{id}")).code == 10014
