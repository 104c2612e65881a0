"""Words that mean harm, in every place where a member can write some."""

from pathlib import Path
from typing import Any

import pytest

from playground.testing import Person, Playground
from tests.bot.acting import bot, pictures, refused
from tests.bot.looking import job_of

Json = dict[str, Any]
PINGS = "@everyone @here <@{user}> <@&{role}> <#{channel}> </paint:1> <t:1:R> <a:b:123456789012345678>"
WORDS = {
    "pings": PINGS,
    "markdown": "# a\n> b\n>>> c\n-# d\n**e** __f__ ~~g~~ ||h|| [i](https://a.example) ```js\nj``` `k` - l\n1. m",
    "unseen": "\u200b\u200d\ufeff\u202e\u2066\u2069\u202egnp.exe\u202c a",
    "lines": "a\n" * 900,
    "emojis": "\U0001f469\u200d\U0001f692\U0001f3fd" * 480,
    "flags": "\U0001f1ff\U0001f1e6" * 900,
    "backslashes": "\\" * 1_900,
    "stars": "*" * 1_900,
    "ticks": "`" * 1_900,
    "marks": "a" + "\u0300" * 1_900,
    "braces": "{} {0} {prompt} %s ${a}" * 80,
}


async def answered(person: Person, used: Any) -> Json:
    """Whatever it is: a picture, or a refusal."""
    return await used.message(lambda one: pictures(one) or (one.get("only_you") and not one["attachments"]))


def spoken(log: list[Json]) -> list[Json]:
    """The messages that the bot sent or changed, as it asked for them."""
    bodies = [entry["body"] for entry in log if isinstance(entry["body"], dict)]
    forms = [body["data"] if "data" in body and "type" in body else body for body in bodies]
    return [form for form in forms if isinstance(form, dict) and (form.get("content") or form.get("embeds"))]


@pytest.mark.parametrize("kind", WORDS)
async def test_words_that_mean_harm_ping_nobody_and_break_nothing(
    playground: Playground, tmp_path: Path, kind: str
) -> None:
    demo = playground.demo
    role = next(iter(demo.guild.roles))
    words = WORDS[kind]
    if words == PINGS:
        words = words.format(user=demo.newcomer.id, role=role, channel=demo.art.id)
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        done = await answered(member, await member.run(demo.art, "paint", prompt=words, negative=words, style="sks"))
        assert pictures(done)
        for name, given in (
            ("paint", {"prompt": "a", "style": words}),
            ("paint", {"prompt": "a", "style": "sks", "blend_with": words}),
            ("prefs set", {"negative": words}),
            ("prefs set", {"style": words}),
            ("prefs favourite", {"style": words}),
            ("cancel", {"job": words}),
            ("show", {"job": words}),
            ("show", {"job": job_of(done)}),
            ("history", {}),
            ("queue", {}),
        ):
            await (await member.run(demo.art, name, **given)).message()
        for name, option in (("paint", "style"), ("cancel", "job"), ("show", "job"), ("prefs set", "style")):
            await member.complete(demo.art, name, option, **{option: words})
        for field in ("seed", "steps", "weight"):
            form = await (await member.click(done, "Edit")).form()
            told = await (await member.submit(form, **{field: words[: 20 if field == "seed" else 3]})).message()
            assert told["only_you"]
        form = await (await member.click(done, "Edit")).form()
        edited = await answered(member, await member.submit(form, prompt=words[::-1], negative="b " * 900))
        assert pictures(edited)
        form = await (await member.click(edited, "Edit")).form()
        await (await member.submit(form, prompt=words, seed="x")).message()
        for message in (done, edited):
            await (await member.click(message, "Info")).message()
        log = await playground.log()
        assert await refused(playground) == []
        assert {tuple((one.get("allowed_mentions") or {"parse": "all"})["parse"]) for one in spoken(log)} == {()}
        for one in await playground.messages(demo.art):
            assert len(one["content"].encode("utf-16-le")) // 2 <= 2_000
            assert (one["mentions"], one["mention_roles"], one["mention_everyone"]) == ([], [], False)


async def test_half_a_character_is_answered_wherever_it_is_written(playground: Playground, tmp_path: Path) -> None:
    demo, half = playground.demo, "a\ud800b\x00"
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        done = await (await member.run(demo.art, "paint", prompt="a cat")).message(pictures)
        for name, given in (
            ("paint", {"prompt": half}),
            ("paint", {"prompt": "a", "negative": half}),
            ("paint", {"prompt": "a", "style": half}),
            ("paint", {"prompt": "a", "blend_with": half}),
            ("prefs set", {"negative": half}),
            ("prefs set", {"style": half}),
            ("prefs favourite", {"style": half}),
            ("cancel", {"job": half}),
            ("show", {"job": half}),
        ):
            told = await (await member.run(demo.art, name, **given)).message()
            assert told["only_you"], name
            assert "Something went wrong" not in told["content"], name
        for name, option in (("paint", "style"), ("cancel", "job"), ("show", "job"), ("prefs set", "style")):
            await member.complete(demo.art, name, option, **{option: half})
        for field in ("prompt", "negative", "seed", "steps"):
            form = await (await member.click(done, "Edit")).form()
            told = await (await member.submit(form, **{field: half[:3]})).message()
            assert told["only_you"], field
            assert "Something went wrong" not in told["content"], field
        assert await refused(playground) == []
