"""Buttons, selects, forms and layouts of a bot of discord.py."""

import pytest

from playground.testing import Playground, Refusal

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_button_answers_whoever_clicks(inhabited: Playground) -> None:
    demo = inhabited.demo
    message = await (await inhabited.as_(demo.member).run(demo.general, "buttons")).message()
    answer = await (await inhabited.as_(demo.owner).click(message, "Press me")).message()
    assert answer["content"].startswith("pressed")
    assert answer["type"] == 19
    assert answer["message_reference"]["message_id"] == message["id"]
    assert answer["interaction_metadata"]["interacted_message_id"] == message["id"]


async def test_a_button_may_edit_later(inhabited: Playground) -> None:
    demo = inhabited.demo
    member = inhabited.as_(demo.member)
    message = await (await member.run(demo.general, "buttons")).message()
    used = await member.click(message, "later")
    await used.acknowledged()
    assert (await used.update())["content"] == "edited later"
    follow_up = await used.message(lambda one: one["content"] == "and a follow-up")
    assert follow_up["message_reference"]["message_id"] == message["id"]


async def test_a_disabled_button_cannot_be_clicked(inhabited: Playground) -> None:
    demo = inhabited.demo
    member = inhabited.as_(demo.member)
    message = await (await member.run(demo.general, "buttons")).message()
    with pytest.raises(Refusal, match="disabled"):
        await member.click(message, "Never")


async def test_an_ephemeral_button_is_for_one_person(inhabited: Playground) -> None:
    demo = inhabited.demo
    member = inhabited.as_(demo.member)
    message = await (await member.run(demo.general, "buttons", secret=True)).message()
    with pytest.raises(Refusal, match="sees no such message"):
        await inhabited.as_(demo.owner).click(message, "Press me")
    assert (await (await member.click(message, "Later")).update())["content"] == "edited later"


async def test_a_button_that_is_no_longer_there_cannot_be_clicked(inhabited: Playground) -> None:
    demo = inhabited.demo
    member = inhabited.as_(demo.member)
    message = await (await member.run(demo.general, "count")).message()
    changed = await (await member.click(message, "count:0")).update()
    assert changed["content"] == "counted to 1"
    with pytest.raises(Refusal, match="no such button"):
        await member.click(message, "count:0")
    assert (await (await member.click(changed, "count:1")).update())["content"] == "counted to 2"


async def test_all_kinds_of_selects_resolve_what_was_chosen(inhabited: Playground) -> None:
    demo = inhabited.demo
    member = inhabited.as_(demo.member)
    message = await (await member.run(demo.general, "choose")).message()
    artist = next(role for role in demo.guild.roles.values() if role.name == "Artist")
    for menu, values, told in (
        ("fruit", ("Apple", "plum"), "apple, plum"),
        ("who", (demo.russian,), "sasha"),
        ("role", (artist,), "Artist"),
        ("any", (artist, demo.owner), "Member mira, Role Artist"),
        ("where", (demo.art,), "art"),
    ):
        answer = await (await member.select(message, menu, *values)).message()
        assert answer["content"] == f"chosen: {told}"


async def test_a_select_takes_no_more_than_it_says_and_nothing_else(inhabited: Playground) -> None:
    demo = inhabited.demo
    member = inhabited.as_(demo.member)
    message = await (await member.run(demo.general, "choose")).message()
    for menu, values, why in (
        ("fruit", ("apple", "pear", "plum"), "Choose 1 to 2; 3 are chosen"),
        ("fruit", (), "Choose"),
        ("fruit", ("melon",), "not one of the options"),
        ("fruit", ("apple", "apple"), "twice"),
        ("who", (demo.guild.everyone,), "nobody with the id"),
        ("where", (demo.forum,), "not of a kind"),
        ("where", (demo.hidden,), "no channel"),
    ):
        with pytest.raises(Refusal, match=why):
            await member.select(message, menu, *values)


async def test_a_form_is_filled_in_with_text_choice_and_files(inhabited: Playground) -> None:
    demo = inhabited.demo
    member = inhabited.as_(demo.member)
    form = await (await member.run(demo.general, "report")).form()
    assert form["title"] == "A report"
    used = await member.submit(form, subject="It broke", kind=["Bug"], files=[b"one", ("two.txt", b"three")])
    message = await used.message()
    assert message["content"] == "It broke, Bug, files of [3, 5]"
    assert message["interaction_metadata"]["triggering_interaction_metadata"]["type"] == 2


async def test_a_form_of_a_button_answers_to_its_message(inhabited: Playground) -> None:
    demo = inhabited.demo
    member = inhabited.as_(demo.member)
    message = await (await member.run(demo.general, "buttons")).message()
    form = await (await member.click(message, "Form")).form()
    answer = await (await member.submit(form, subject="x", kind=["Wish"])).message()
    assert answer["content"] == "x, Wish, files of []"
    assert answer["message_reference"]["message_id"] == message["id"]


async def test_a_form_is_checked_before_it_is_sent_and_sent_once(inhabited: Playground) -> None:
    demo = inhabited.demo
    member = inhabited.as_(demo.member)
    form = await (await member.run(demo.general, "report")).form()
    for fields, why in (
        ({"kind": ["Bug"]}, "Subject is required"),
        ({"subject": "x" * 21, "kind": ["Bug"]}, "between 0 and 20"),
        ({"subject": "x", "kind": ["Rant"]}, "Kind: Rant is not one of the options"),
        ({"subject": "x", "kind": ["Bug"], "files": [b"1", b"2", b"3"]}, "Files: .* files"),
        ({"subject": "x", "kind": ["Bug"], "mood": "good"}, "no field mood"),
    ):
        with pytest.raises(Refusal, match=why):
            await member.submit(form, **fields)
    with pytest.raises(Refusal, match="somebody else"):
        await inhabited.as_(demo.owner).submit(form, subject="x", kind=["Bug"])
    await (await member.submit(form, subject="x", kind=["Bug"])).message()
    with pytest.raises(Refusal, match="not open") as refused:
        await member.submit(form, subject="x", kind=["Bug"])
    assert refused.value.status == 409


async def test_a_layout_changes_with_its_button(inhabited: Playground) -> None:
    demo = inhabited.demo
    member = inhabited.as_(demo.member)
    message = await (await member.run(demo.general, "card")).message()
    assert message["flags"] & 1 << 15
    changed = await (await member.click(message, "Turn")).update()
    assert [one["content"] for one in changed["components"]] == ["turned"]
    assert changed["attachments"] == []
