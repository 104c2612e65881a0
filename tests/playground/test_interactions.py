"""Everything a person does with a bot of discord.py, over real HTTP and a real gateway."""

import pytest

from playground.testing import Playground, Refusal

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_command_is_answered(inhabited: Playground) -> None:
    used = await inhabited.as_(inhabited.demo.member).run(inhabited.demo.general, "ping")
    await used.acknowledged()
    message = await used.message()
    assert message["content"] == "pong"
    assert message["type"] == 20
    assert message["interaction_metadata"]["user"]["id"] == str(inhabited.demo.member.id)
    assert message["interaction_metadata"]["name"] == "ping"


async def test_every_kind_of_option_arrives(inhabited: Playground) -> None:
    demo = inhabited.demo
    used = await inhabited.as_(demo.member).run(
        demo.general,
        "all",
        text="abc",
        whole=3,
        real=0.5,
        yes=True,
        who=demo.russian,
        where=demo.art,
        role=demo.guild.everyone,
        any=demo.owner,
        file=("a.txt", b"four"),
        word="two",
    )
    told = "abc | 3 | 0.5 | True | sasha | art | @everyone | mira | a.txt | 4 | two"
    assert (await used.message())["content"] == told


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"text": "a"}, "between 2 and 10 characters"),
        ({"whole": 10}, "1 to 9"),
        ({"whole": 1.5}, "whole number"),
        ({"real": 2}, "0.0 to 1.0"),
        ({"yes": "yes"}, "true or false"),
        ({"word": "three"}, "not one of the choices"),
        ({"who": 5}, "nobody with the id"),
        ({"where": 5}, "no channel with the id"),
        ({"colour": "red"}, "no option colour"),
    ],
)
async def test_the_client_refuses_what_cannot_be(inhabited: Playground, wrong: dict[str, object], why: str) -> None:
    demo = inhabited.demo
    given: dict[str, object] = {
        "text": "abc", "whole": 3, "real": 0.5, "yes": True, "who": demo.russian, "where": demo.art,
        "role": demo.guild.everyone, "any": demo.owner, "file": b"x",
    }  # fmt: skip
    with pytest.raises(Refusal, match=why):
        await inhabited.as_(demo.member).run(demo.general, "all", **(given | wrong))


async def test_a_required_option_must_be_there(inhabited: Playground) -> None:
    demo = inhabited.demo
    with pytest.raises(Refusal, match=r"required.*tone"):
        await inhabited.as_(demo.member).run(demo.general, "hello")


async def test_a_channel_of_another_kind_cannot_be_chosen(inhabited: Playground) -> None:
    demo = inhabited.demo
    with pytest.raises(Refusal, match="not of a kind"):
        await inhabited.as_(demo.member).run(
            demo.general, "all", text="abc", whole=3, real=0.5, yes=True, who=demo.russian, where=demo.forum,
            role=demo.guild.everyone, any=demo.owner, file=b"x",
        )  # fmt: skip


async def test_a_file_over_the_limit_is_refused_by_the_client(inhabited: Playground) -> None:
    demo = inhabited.demo
    demo.guild.upload_bytes, before = 10, demo.guild.upload_bytes
    try:
        with pytest.raises(Refusal, match="too powerful"):
            await inhabited.as_(demo.member).run(
                demo.general, "all", text="abc", whole=3, real=0.5, yes=True, who=demo.russian, where=demo.art,
                role=demo.guild.everyone, any=demo.owner, file=b"x" * 11,
            )  # fmt: skip
    finally:
        demo.guild.upload_bytes = before


async def test_subcommands_in_groups_are_found(inhabited: Playground) -> None:
    demo = inhabited.demo
    member = inhabited.as_(demo.member)
    used = await member.run(demo.general, "style blend make", first="ink", second="oil")
    message = await used.message()
    assert message["content"] == "blended ink with oil"
    assert message["interaction_metadata"]["name"] == "style blend make"
    used = await member.run(demo.general, "style show", name="ink")
    assert (await used.message())["content"] == "showed ink"


async def test_a_group_itself_cannot_be_run(inhabited: Playground) -> None:
    with pytest.raises(Refusal, match="One subcommand"):
        await inhabited.as_(inhabited.demo.member).run(inhabited.demo.general, "style")


async def test_choices_are_offered_while_typing(inhabited: Playground) -> None:
    demo = inhabited.demo
    offered = await inhabited.as_(demo.member).complete(demo.general, "find", "what", what="in", number=3)
    assert offered == [
        {"name": "ina", "shown_name": "ina", "value": "id-ina"},
        {"name": "inb", "shown_name": "inb", "value": "id-inb"},
    ]


async def test_the_persons_language_arrives_with_the_choice(inhabited: Playground) -> None:
    demo = inhabited.demo
    russian = inhabited.as_(demo.russian)
    [command] = [one for one in await russian.commands(demo.general) if one["name"] == "hello"]
    assert command["shown_name"] == "привет"
    used = await russian.run(demo.general, "привет", tone="w")
    assert (await used.message())["content"] == "hello in ru, Warm"


async def test_a_thought_takes_the_place_of_thinking(inhabited: Playground) -> None:
    demo = inhabited.demo
    used = await inhabited.as_(demo.member).run(demo.general, "think")
    thinking = await used.thinking()
    message = await used.message()
    assert (message["id"], message["content"]) == (thinking["id"], "thought")
    assert message["edited_timestamp"] is None
    more = await used.message(lambda one: one["content"] == "and more")
    assert more["id"] != message["id"]
    assert more["message_reference"]["message_id"] == message["id"]


async def test_an_edit_of_the_original_ends_thinking(inhabited: Playground) -> None:
    demo = inhabited.demo
    used = await inhabited.as_(demo.member).run(demo.general, "think", edit=True)
    assert (await used.message())["content"] == "thought"


async def test_a_secret_thought_stays_between_two(inhabited: Playground) -> None:
    demo = inhabited.demo
    other = inhabited.as_(demo.owner)
    await other.open()
    used = await inhabited.as_(demo.member).run(demo.art, "think", secret=True)
    message = await used.message()
    assert message["only_you"]
    assert message["flags"] & 64
    more = await used.message(lambda one: one["content"] == "and more")
    assert not more["flags"] & 64, "only the first follow-up is as secret as the thinking was"
    await other.event("MESSAGE_CREATE", lambda data: data["id"] == more["id"])
    assert all(event["data"].get("id") != message["id"] for event in other.events)
    assert message["id"] not in [one["id"] for one in await other.messages(demo.art)]
    assert message["id"] in [one["id"] for one in await inhabited.as_(demo.member).messages(demo.art)]


async def test_messages_are_sent_edited_and_deleted_by_token(inhabited: Playground) -> None:
    demo = inhabited.demo
    member = inhabited.as_(demo.member)
    used = await member.run(demo.general, "juggle")
    first = await used.message(lambda one: one["content"] == "first")
    last = await used.message(lambda one: one["content"] == "True")
    await member.event("MESSAGE_DELETE", lambda data: data["id"] == first["id"])
    assert last["edited_timestamp"] is not None


async def test_a_second_answer_is_refused(inhabited: Playground) -> None:
    used = await inhabited.as_(inhabited.demo.member).run(inhabited.demo.general, "twice")
    await used.message(lambda one: one["content"] == "refused 400 40060")


async def test_a_file_can_be_had_where_it_says(inhabited: Playground) -> None:
    used = await inhabited.as_(inhabited.demo.member).run(inhabited.demo.general, "file")
    [attachment] = (await used.message())["attachments"]
    assert (attachment["filename"], attachment["size"]) == ("note.txt", 10)
    assert await inhabited.download(attachment["url"]) == b"some bytes"


async def test_the_menu_of_a_person_and_of_a_message(inhabited: Playground) -> None:
    demo = inhabited.demo
    member = inhabited.as_(demo.member)
    greeted = await (await member.menu(demo.general, "Greet", demo.owner)).message()
    assert greeted["content"] == "greetings, mira"
    assert greeted["type"] == 23
    assert greeted["interaction_metadata"]["target_user"]["id"] == str(demo.owner.id)
    said = await inhabited.as_(demo.owner).say(demo.general, "a word")
    quoted = await (await member.menu(demo.general, "Quote", said)).message()
    assert quoted["content"] == "mira said: a word"
    assert quoted["interaction_metadata"]["target_message_id"] == said["id"]


async def test_a_command_works_in_threads_posts_and_direct_messages(inhabited: Playground) -> None:
    demo = inhabited.demo
    member = inhabited.as_(demo.member)
    direct = demo.world.direct_with(demo.member.id, demo.app.id)
    for place, told in (
        (demo.general, "[0] | True | False | TextChannel | Member | True | True | 10485760 | en-US"),
        (demo.thread, "[0] | True | False | Thread | Member | True | True | 10485760 | en-US"),
        (demo.post, "[0] | True | False | Thread | Member | True | True | 10485760 | en-US"),
        (direct, "[1] | False | False | DMChannel | User | False | True | 10485760 | None"),
    ):
        assert (await (await member.run(place, "whereabouts")).message())["content"] == told


async def test_the_bot_answers_also_where_it_may_not_send(inhabited: Playground) -> None:
    demo = inhabited.demo
    used = await inhabited.as_(demo.member).run(demo.silent, "ping")
    assert (await used.message())["content"] == "pong"


async def test_a_person_brings_the_bot_with_them(inhabited: Playground) -> None:
    demo = inhabited.demo
    member = inhabited.as_(demo.member)
    private = demo.world.direct_with(demo.member.id, demo.owner.id)
    await member.post("user_install", application=str(demo.app.id), installed=True)
    try:
        told = await (await member.run(private, "whereabouts")).message()
        assert told["content"].startswith("[2] | False | True |")
        used = await member.run(private, "many", number=2)
        await used.message(lambda one: one["content"] == "1")
    finally:
        await member.post("user_install", application=str(demo.app.id), installed=False)
