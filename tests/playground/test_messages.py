"""Messages as the REST API has them, and what a bot may not do with them."""

import json
import struct
from typing import Any

import aiohttp
import pytest

from playground.testing import Playground
from playground.world.messages import Attachment, Message
from playground.world.permissions import bits
from playground.world.places import Overwrite
from tests.playground.api import Api

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480)


def at(api: Api, place: Any = None) -> str:
    return f"/channels/{(place or api.demo.art).id}/messages"


async def test_a_message_has_discords_form(api: Api) -> None:
    made = await api.send("hello", nonce="n-1", tts=False)
    assert made["content"] == "hello"
    assert made["author"]["id"] == str(api.demo.app.id)
    assert made["author"]["bot"] is True
    assert made["nonce"] == "n-1"
    assert made["edited_timestamp"] is None
    assert (await api("GET", f"{at(api)}/{made['id']}")).json == {
        key: value for key, value in made.items() if key != "nonce"
    }


@pytest.mark.parametrize("body", [{}, {"content": ""}, {"content": "   "}, {"embeds": []}, {"content": None}])
async def test_nothing_is_not_a_message(api: Api, body: dict[str, Any]) -> None:
    answer = await api("POST", at(api), body)
    assert (answer.status, answer.code) == (400, 50006)


async def test_a_page_of_history_is_the_newest_first(api: Api) -> None:
    world, demo = api.state.world, api.demo
    ids = [str(world.post(Message(world.new_id(), demo.art.id, demo.member, content=str(n))).id) for n in range(10)]

    async def page(query: str) -> list[int]:
        return [ids.index(one["id"]) for one in (await api("GET", f"{at(api)}?{query}")).json]

    assert await page("limit=3") == [9, 8, 7]
    assert await page(f"limit=3&before={ids[5]}") == [4, 3, 2]
    assert await page(f"limit=3&after={ids[5]}") == [8, 7, 6]
    assert await page(f"limit=3&around={ids[5]}") == [6, 5, 4]
    assert await page(f"limit=1&around={ids[5]}") == [5]
    for wrong in ("limit=0", "limit=101", "limit=x", "before=x"):
        assert (await api("GET", f"{at(api)}?{wrong}")).code == 50035


async def test_without_the_history_permission_there_is_none_to_read(api: Api) -> None:
    api.demo.general.overwrites[api.demo.app.id] = Overwrite(api.demo.app.id, 1, deny=bits("read_message_history"))
    assert (await api("GET", at(api, api.demo.general))).json == []


async def test_an_edit_changes_what_it_names_and_nothing_else(api: Api) -> None:
    answer = await api("POST", at(api), {"content": "a", "embeds": [{"title": "t"}]}, files={"a b.txt": b"one"})
    made = answer.json
    assert made["attachments"][0]["filename"] == "a_b.txt"
    path = f"{at(api)}/{made['id']}"
    edited = (await api("PATCH", path, {"content": "b"})).json
    assert edited["content"] == "b"
    assert edited["edited_timestamp"] is not None
    assert edited["embeds"] == made["embeds"]
    assert edited["attachments"][0]["id"] == made["attachments"][0]["id"]
    both = (await api("PATCH", path, {}, files={"two.txt": b"two"})).json
    assert [one["filename"] for one in both["attachments"]] == ["a_b.txt", "two.txt"]
    kept = (await api("PATCH", path, {"attachments": [{"id": both["attachments"][1]["id"], "description": "d"}]})).json
    assert [(one["filename"], one["description"]) for one in kept["attachments"]] == [("two.txt", "d")]
    bare = (await api("PATCH", path, {"attachments": [], "embeds": []})).json
    assert (bare["attachments"], bare["embeds"], bare["content"]) == ([], [], "b")


async def test_an_edit_cannot_leave_nothing(api: Api) -> None:
    made = await api.send("a")
    assert (await api("PATCH", f"{at(api)}/{made['id']}", {"content": ""})).code == 50006
    assert (await api("GET", f"{at(api)}/{made['id']}")).json["content"] == "a"


async def test_a_message_becomes_one_of_components_only_without_anything_else(api: Api) -> None:
    message = await api.send("words", embeds=[{"title": "x"}])
    path = f"/channels/{api.demo.art.id}/messages/{message['id']}"
    layout = {"flags": 1 << 15, "components": [{"type": 10, "content": "x"}]}
    answer = await api("PATCH", path, layout)
    assert (answer.status, set(answer.json["errors"])) == (400, {"content", "embeds"})
    assert (await api("PATCH", path, {**layout, "content": None, "embeds": []})).status == 200
    assert (await api("PATCH", path, {"content": "words"})).json["errors"].keys() == {"content"}


async def test_discords_own_messages_are_not_edited(api: Api) -> None:
    api.grant("create_public_threads")
    await api("POST", f"/channels/{api.demo.art.id}/threads", {"name": "x", "type": 11})
    [own] = api.state.world.messages[api.demo.art.id]
    answer = await api("PATCH", f"/channels/{api.demo.art.id}/messages/{own}", {"content": "x"})
    assert (answer.status, answer.code) == (403, 50021)


async def test_ephemeral_messages_stay_when_others_go_by_the_dozen(api: Api) -> None:
    api.grant("manage_messages")
    world, place = api.state.world, api.demo.art.id
    ids = [world.post(Message(world.new_id(), place, api.demo.member, flags=flags)).id for flags in (0, 0, 1 << 6)]
    answer = await api("POST", f"/channels/{place}/messages/bulk-delete", {"messages": [str(id) for id in ids]})
    assert answer.status == 204
    assert list(world.messages[place]) == ids[2:]


async def test_an_answer_names_what_it_answers_and_tells_its_author(api: Api) -> None:
    world, demo = api.state.world, api.demo
    asked = world.post(Message(world.new_id(), demo.art.id, demo.member, content="?"))
    reply = await api.send("!", message_reference={"message_id": str(asked.id)})
    assert reply["type"] == 19
    assert reply["message_reference"]["message_id"] == str(asked.id)
    assert reply["referenced_message"]["content"] == "?"
    assert [user["id"] for user in reply["mentions"]] == [str(demo.member.id)]
    quiet = await api.send(
        "!", message_reference={"message_id": asked.id}, allowed_mentions={"parse": [], "replied_user": False}
    )
    assert quiet["mentions"] == []


async def test_an_answer_to_nothing_is_refused_unless_it_does_not_mind(api: Api) -> None:
    gone = {"message_id": "123"}
    answer = await api("POST", at(api), {"content": "!", "message_reference": gone})
    assert answer.json["errors"]["message_reference"]["_errors"][0]["code"] == "REPLIES_UNKNOWN_MESSAGE"
    sent = await api.send("!", message_reference=gone | {"fail_if_not_exists": False})
    assert (sent["type"], sent.get("message_reference")) == (0, None)


async def test_mentions_are_those_that_are_allowed(api: Api) -> None:
    demo = api.demo
    text = f"<@{demo.member.id}> <@!{demo.owner.id}> <@1> @everyone"
    assert [user["username"] for user in (await api.send(text))["mentions"]] == ["ada", "mira"]
    assert (await api.send(text))["mention_everyone"] is False  # the bot may not
    assert (await api.send(text, allowed_mentions={"parse": []}))["mentions"] == []
    one = await api.send(text, allowed_mentions={"users": [str(demo.owner.id)]})
    assert [user["username"] for user in one["mentions"]] == ["mira"]


async def test_an_enforced_nonce_makes_one_message_for_some_minutes(api: Api) -> None:
    first = await api.send("a", nonce="5", enforce_nonce=True)
    assert (await api.send("a", nonce="5", enforce_nonce=True))["id"] == first["id"]
    assert (await api.send("a", nonce="5"))["id"] != first["id"]
    api.state.world.clock.advance(400)
    assert (await api.send("a", nonce="5", enforce_nonce=True))["id"] != first["id"]


async def test_what_the_bot_may_not_see_or_do_has_discords_codes(api: Api) -> None:
    demo, world = api.demo, api.state.world
    other = world.post(Message(world.new_id(), demo.art.id, demo.member, content="mine"))
    cases = [
        (("POST", at(api, demo.hidden), {"content": "x"}), 403, 50001),
        (("POST", at(api, demo.silent), {"content": "x"}), 403, 50013),
        (("POST", at(api, demo.forum), {"content": "x"}), 400, 50008),
        (("POST", "/channels/123/messages", {"content": "x"}), 404, 10003),
        (("GET", f"{at(api)}/123", None), 404, 10008),
        (("PATCH", f"{at(api)}/{other.id}", {"content": "x"}), 403, 50005),
        (("DELETE", f"{at(api)}/{other.id}", None), 403, 50013),
        (("GET", "/users/123", None), 404, 10013),
        (("GET", "/guilds/123", None), 404, 10004),
    ]
    for (method, path, body), status, code in cases:
        answer = await api(method, path, body)
        assert (answer.status, answer.code) == (status, code), path


async def test_ephemeral_messages_are_unknown_to_the_channel(api: Api) -> None:
    world, demo = api.state.world, api.demo
    hidden = Message(world.new_id(), demo.art.id, demo.app.user, flags=64, only_for=demo.member.id)
    hidden.application_id = demo.app.id
    world.post(hidden)
    assert (await api("GET", f"{at(api)}/{hidden.id}")).code == 10008
    assert (await api("GET", at(api))).json == []
    assert (await api.send("x", flags=4096))["flags"] == 4096


async def test_a_moderator_deletes_what_others_wrote(api: Api) -> None:
    world, demo = api.state.world, api.demo
    api.grant("manage_messages")
    ids = [str(world.post(Message(world.new_id(), demo.art.id, demo.member, content="x")).id) for _ in range(4)]
    assert (await api("DELETE", f"{at(api)}/{ids[0]}")).status == 204
    assert (await api("POST", f"{at(api)}/bulk-delete", {"messages": ids[1:3]})).status == 204
    assert [one["id"] for one in (await api("GET", at(api))).json] == ids[3:]


async def test_an_archived_thread_takes_no_edits_and_wakes_when_one_writes(api: Api) -> None:
    thread = api.demo.thread
    made = await api.send("x", channel=thread.id)
    thread.archived = True
    assert (await api("PATCH", f"{at(api, thread)}/{made['id']}", {"content": "y"})).code == 50083
    assert (await api("PUT", f"{at(api, thread)}/{made['id']}/reactions/👍/@me")).code == 50083
    await api.send("y", channel=thread.id)
    assert not thread.archived


async def test_whoever_cannot_be_written_to_is_not(api: Api) -> None:
    world, demo = api.state.world, api.demo
    stranger = world.add_user("stranger")
    channel = (await api("POST", "/users/@me/channels", {"recipient_id": str(stranger.id)})).json
    answer = await api("POST", f"/channels/{channel['id']}/messages", {"content": "x"})
    assert (answer.status, answer.code) == (403, 50007)
    again = (await api("POST", "/users/@me/channels", {"recipient_id": str(demo.member.id)})).json
    assert (again["type"], again["recipients"][0]["id"]) == (1, str(demo.member.id))
    assert (await api.send("x", channel=int(again["id"])))["content"] == "x"
    world.closed_to_direct.add(demo.member.id)
    assert (await api("POST", f"/channels/{again['id']}/messages", {"content": "x"})).code == 50007


async def test_a_picture_says_its_size_and_an_embed_takes_it(api: Api) -> None:
    body = {"embeds": [{"title": "t", "image": {"url": "attachment://a.png"}}]}
    made = (await api("POST", at(api), body, files={"a.png": PNG, "b.png": PNG})).json
    (rest,) = made["attachments"]
    assert (rest["filename"], rest["width"], rest["height"], rest["content_type"]) == ("b.png", 640, 480, "image/png")
    image = made["embeds"][0]["image"]
    assert image["url"].startswith(f"{api.playground.url}/attachments/{api.demo.art.id}/")
    assert (image["width"], image["height"]) == (640, 480)
    assert await api.playground.download(image["url"]) == PNG


async def test_files_of_one_name_are_all_there(api: Api) -> None:
    files = aiohttp.FormData(quote_fields=False)
    files.add_field("payload_json", json.dumps({"embeds": [{"image": {"url": "attachment://x.png"}}]}))
    for index, content in enumerate((b"first", b"second", b"third")):
        files.add_field(f"files[{index}]", content, filename="x.png")
    headers = {"Authorization": f"Bot {api.playground.token}"}
    path = f"{api.playground.api}/channels/{api.demo.art.id}/messages"
    async with api.session.post(path, data=files, headers=headers) as answer:
        message = await answer.json()
    assert [one["size"] for one in message["attachments"]] == [6, 5]
    assert await api.playground.download(message["embeds"][0]["image"]["url"]) == b"first"


async def test_components_are_numbered_however_deep(api: Api) -> None:
    button = {"type": 2, "style": 1, "label": "x", "custom_id": "x"}
    row = {"type": 1, "components": [button, button | {"custom_id": "y", "id": 1}]}
    (made,) = (await api.send("x", components=[row]))["components"]
    assert (made["id"], [one["id"] for one in made["components"]]) == (2, [3, 1])


async def test_reactions_are_counted_and_know_their_own(api: Api) -> None:
    world, demo = api.state.world, api.demo
    made = await api.send("x")
    path = f"{at(api)}/{made['id']}/reactions"
    assert (await api("PUT", f"{path}/👍/@me")).status == 204
    world.react(world.message(demo.art.id, int(made["id"])), demo.member, "👍")
    (reaction,) = (await api("GET", f"{at(api)}/{made['id']}")).json["reactions"]
    assert (reaction["emoji"]["name"], reaction["count"], reaction["me"]) == ("👍", 2, True)
    people = (await api("GET", f"{path}/👍?limit=1")).json
    assert [user["id"] for user in people] == [str(demo.member.id)]
    world.clock.advance(1)
    assert (await api("DELETE", f"{path}/👍/{demo.member.id}")).code == 50013
    assert (await api("DELETE", f"{path}/👍/@me")).status == 204
    assert (await api("PUT", f"{path}/not-an-emoji/@me")).code == 10014
    api.grant("manage_messages")
    assert (await api("DELETE", path)).status == 204
    assert "reactions" not in (await api("GET", f"{at(api)}/{made['id']}")).json


async def test_pins_are_listed_and_told(api: Api) -> None:
    made = await api.send("x")
    assert (await api("PUT", f"{at(api)}/pins/{made['id']}")).code == 50013
    api.grant("pin_messages")
    assert (await api("PUT", f"{at(api)}/pins/{made['id']}")).status == 204
    newest = (await api("GET", f"{at(api)}?limit=1")).json[0]
    assert (newest["type"], newest["message_reference"]["message_id"]) == (6, made["id"])
    listed = (await api("GET", f"{at(api)}/pins")).json
    assert [one["message"]["id"] for one in listed["items"]] == [made["id"]]
    assert [one["id"] for one in (await api("GET", f"/channels/{api.demo.art.id}/pins")).json] == [made["id"]]
    assert (await api("DELETE", f"/channels/{api.demo.art.id}/pins/{made['id']}")).status == 204
    assert (await api("GET", f"{at(api)}/pins")).json == {"items": [], "has_more": False}


async def test_a_poll_is_voted_in_and_ends(api: Api) -> None:
    demo = api.demo
    poll = {
        "question": {"text": "Which?"},
        "answers": [{"poll_media": {"text": "ink"}}, {"poll_media": {"text": "oil"}}],
        "duration": 1,
    }
    answer = await api("POST", at(api), {"poll": poll})
    assert answer.json["poll"]["answers"][1] == {"answer_id": 2, "poll_media": {"text": "oil"}}
    path = f"/channels/{demo.art.id}/polls/{answer.json['id']}"
    await api.playground.post(
        "vote", **{"as": str(demo.member.id)}, channel=str(demo.art.id), message=answer.json["id"], answers=[2]
    )
    voters = (await api("GET", f"{path}/answers/2")).json["users"]
    assert [user["id"] for user in voters] == [str(demo.member.id)]
    ended = (await api("POST", f"{path}/expire")).json["poll"]["results"]
    assert ended == {"is_finalized": True, "answer_counts": [{"id": 2, "count": 1, "me_voted": False}]}


async def test_a_poll_ends_by_itself(api: Api) -> None:
    poll = {"question": {"text": "?"}, "answers": [{"poll_media": {"text": "a"}}], "duration": 1}
    made = (await api("POST", at(api), {"poll": poll})).json
    async with api.session_of() as socket:
        api.state.world.clock.advance(3600)
        told = await socket.told("MESSAGE_UPDATE")
    assert told["d"]["id"] == made["id"]
    assert told["d"]["poll"]["results"]["is_finalized"] is True


async def test_files_are_served_until_their_address_expires(empty: Playground) -> None:
    async with Api(empty) as api:
        file = (await api("POST", at(api), {}, files={"a.txt": b"text"})).json["attachments"][0]
        async with api.session.get(file["url"]) as answer:
            assert (answer.status, await answer.read()) == (200, b"text")
            assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        wrong = [file["url"].split("?")[0], file["url"].replace("hm=", "hm=0"), file["url"].replace("ex=", "ex=f")]
        wrong += [file["url"].replace("a.txt", "b.txt"), file["url"].replace("/attachments/", "/attachments/1")]
        for url in wrong:
            async with api.session.get(url) as answer:
                assert (answer.status, await answer.text()) == (404, "This content is no longer available.")
        empty.state.world.clock.advance(24 * 3600 + 1)
        async with api.session.get(file["url"]) as answer:
            assert answer.status == 404
        fresh = (await api("GET", at(api))).json[0]["attachments"][0]["url"]
        assert await empty.download(fresh) == b"text"


async def test_files_that_no_message_has_any_more_are_forgotten_in_the_end(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.world.files.KEPT_BYTES", 10)
    path = f"/channels/{api.demo.art.id}/messages"
    first = (await api("POST", path, {}, files={"a.txt": bytes(6)})).json
    second = (await api("POST", path, {}, files={"b.txt": bytes(6)})).json
    addresses = [message["attachments"][0]["url"] for message in (first, second)]
    assert [len(await api.playground.download(url)) for url in addresses] == [6, 6]
    await api("DELETE", f"{path}/{first['id']}")
    with pytest.raises(aiohttp.ClientResponseError, match="404"):
        await api.playground.download(addresses[0])
    assert len(await api.playground.download(addresses[1])) == 6


async def test_an_address_of_no_file_is_not_found(api: Api) -> None:
    for path in ("attachments/1/%C2%B2/x", "attachments/%C2%B2/1/x", "emojis/%C2%B2.png"):
        async with api.session.get(f"{api.playground.url}/{path}") as answer:
            assert answer.status == 404


async def test_files_of_ephemeral_messages_are_served_too(api: Api) -> None:
    world, demo = api.state.world, api.demo
    hidden = Message(world.new_id(), demo.art.id, demo.app.user, flags=64, only_for=demo.member.id)
    hidden.application_id = demo.app.id
    hidden.attachments = [Attachment(world.new_id(), "a.txt", b"secret", "text/plain")]
    world.post(hidden)
    seen = await api.playground.messages(demo.art, demo.member)
    assert await api.playground.download(seen[-1]["attachments"][0]["url"]) == b"secret"
