"""Messages: content, embeds, mentions, files, polls."""

from typing import Any

from tests.playground.refusals.case import ID, MESSAGES, Case, button, message, request

MB = 2**20


def embed(**fields: Any) -> Any:
    return message(embeds=[fields])


def field(**parts: Any) -> Any:
    return embed(fields=[{"name": "n", "value": "v"} | parts])


def poll(**parts: Any) -> Any:
    whole = {"question": {"text": "Which?"}, "answers": [{"poll_media": {"text": "This"}}], "duration": 24} | parts
    return message(poll=whole)


def answers(count: int, text: str = "a") -> list[Any]:
    return [{"poll_media": {"text": text}} for _ in range(count)]


def mentions(**parts: Any) -> Any:
    return message(content="x", allowed_mentions=parts)


def upload(size: int, count: int = 1) -> Any:
    return message(content="x", files={index: (f"{index}.png", size) for index in range(count)})


PICTURE = {0: ("picture.png", 1000)}
FULL = [
    {"description": "x" * 3000},
    {"description": "x" * 2990, "author": {"name": "n" * 5}, "footer": {"text": "f" * 5}},
]
MAX, BAD, REQUIRED = "BASE_TYPE_MAX_LENGTH", "BASE_TYPE_BAD_LENGTH", "BASE_TYPE_REQUIRED"
GONE = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
HOOK = "/webhooks/{webhook_id}/{webhook_token}"

CASES = [
    Case("long content", message(content="x" * 2001), message(content="x" * 2000), "content", MAX, False),
    Case("longer content", message(content="x" * 4001), message(content="ж" * 2000), "content", MAX, True),
    Case("content that is no text", message(content=["x"]), message(content="5"), "content", "STRING_TYPE_CONVERT",
         True),
    Case("an empty message", message(content=""), message(content="."), None, None, False, code=50006),
    Case("blank content", message(content=" \n"), message(content=" . "), None, None, False, code=50006),
    Case("nothing but a nonce", message(nonce="1"), message(nonce="1", content="x"), None, None, False, code=50006),
    Case("no body", request("POST", MESSAGES), message(content="x"), None, None, False, code=50006),
    Case("a list for a body", request("POST", "/channels/{channel_id}/messages", []), message(content="x"), "",
         "MODEL_TYPE_CONVERT", True),
    Case("a long nonce", message(content="x", nonce="n" * 26), message(content="x", nonce="n" * 25), "nonce",
         "NONCE_TYPE_TOO_LONG", True),
    Case("a nonce that is a list", message(content="x", nonce=[]), message(content="x", nonce=2**62), "nonce",
         "NONCE_TYPE_INVALID_TYPE", True),
    Case("tts as a word", message(content="x", tts="yes"), message(content="x", tts=True), "tts",
         "BOOLEAN_TYPE_CONVERT", True),
    Case("a flag that only answers have", message(content="x", flags=64), message(content="x", flags=4 | 4096), "flags",
         "MESSAGE_FLAGS_INVALID", False),
    Case("flags as text", message(content="x", flags="4"), message(content="x", flags=4), "flags", "NUMBER_TYPE_COERCE",
         True),
    Case("eleven embeds", message(embeds=[{"title": "x"}] * 11), message(embeds=[{"title": "x"}] * 10), "embeds", MAX,
         True),
    Case("an embed's long title", embed(title="x" * 257), embed(title="x" * 256), "embeds.0.title", MAX, True),
    Case("an embed's long description", embed(description="x" * 4097), embed(description="x" * 4096),
         "embeds.0.description", MAX, True),
    Case("an embed with nothing to see", embed(color=1), embed(color=1, title="x"), "embeds.0.description", REQUIRED,
         False),
    Case("an embed that is null", message(embeds=[None]), embed(title="x"), "embeds.0", "LIST_ITEM_VALUE_REQUIRED",
         True),
    Case("an embed that is text", message(embeds=["x"]), embed(title="x"), "embeds.0", "MODEL_TYPE_CONVERT", True),
    Case("26 fields", embed(fields=[{"name": "n", "value": "v"}] * 26), embed(fields=[{"name": "n",
         "value": "v"}] * 25),
         "embeds.0.fields", MAX, True),
    Case("a field's long name", field(name="x" * 257), field(name="x" * 256), "embeds.0.fields.0.name", BAD, True),
    Case("a field's long value", field(value="x" * 1025), field(value="x" * 1024), "embeds.0.fields.0.value", BAD,
         True),
    Case("a field without a value", embed(fields=[{"name": "n"}]), field(), "embeds.0.fields.0.value", REQUIRED, True),
    Case("a field's empty name", field(name=""), field(name="."), "embeds.0.fields.0.name", BAD, False),
    Case("a long footer", embed(footer={"text": "x" * 2049}), embed(footer={"text": "x" * 2048}),
         "embeds.0.footer.text",
         MAX, True),
    Case("an author's long name", embed(author={"name": "x" * 257}), embed(author={"name": "x" * 256}),
         "embeds.0.author.name", MAX, True),
    Case("6001 characters in all embeds", message(embeds=[*FULL, {"title": "x"}]), message(embeds=FULL), "embeds",
         "MAX_EMBED_SIZE_EXCEEDED", False),
    Case("a colour past white", embed(title="x", color=0x1000000), embed(title="x", color=0xFFFFFF), "embeds.0.color",
         "NUMBER_TYPE_MAX", True),
    Case("a colour before black", embed(title="x", color=-1), embed(title="x", color=0), "embeds.0.color",
         "NUMBER_TYPE_MIN", True),
    Case("a colour by name", embed(title="x", color="red"), embed(title="x", color=1.0), "embeds.0.color",
         "NUMBER_TYPE_COERCE", True),
    Case("a time of no day", embed(title="x", timestamp="soon"), embed(title="x", timestamp="2026-01-01T00:00:00Z"),
         "embeds.0.timestamp", "DATE_TIME_TYPE_PARSE", False),
    Case("an address of ftp", embed(title="x", url="ftp://a.example/x"), embed(title="x", url="https://a.example/x"),
         "embeds.0.url", "URL_TYPE_INVALID_SCHEME", False),
    Case("no address at all", embed(image={"url": "here"}), embed(image={"url": "https://a.example/x.png"}),
         "embeds.0.image.url", "URL_TYPE_INVALID_URL", False),
    Case("a picture that was not sent", message(embeds=[{"image": {"url": "attachment://other.png"}}], files=PICTURE),
         message(embeds=[{"image": {"url": "attachment://picture.png"}}], files=PICTURE), "embeds.0.image.url", GONE,
         False),
    Case("an attachment without its file", message(attachments=[{"id": 1}], files=PICTURE),
         message(attachments=[{"id": 0}], files=PICTURE), "attachments.0", "ATTACHMENT_NOT_FOUND", False),
    Case("an attachment without its id", message(attachments=[{"filename": "x"}], files=PICTURE),
         message(attachments=[{"id": "0", "description": "x" * 1024}], files=PICTURE), "attachments.0.id", REQUIRED,
         True),
    Case("a file over the limit", upload(10 * MB + 1), upload(10 * MB), None, None, False, 413, 40005),
    Case("files over the limit together", upload(9 * MB, 3), upload(8 * MB, 3), None, None, False, 413, 40005),
    Case("eleven files", upload(1, 11), upload(1, 10), None, None, False, code=30015),
    Case("four stickers", message(sticker_ids=[ID, "2", "3", "4"]), message(sticker_ids=[ID, 2, "3"]), "sticker_ids",
         MAX,
         True),
    Case("a sticker by name", message(sticker_ids=["wave"]), message(sticker_ids=["1"]), "sticker_ids.0",
         "NUMBER_TYPE_COERCE", True),
    Case("a mention of nobody's kind", mentions(parse=["here"]), mentions(parse=["everyone", "roles", "users"]),
         "allowed_mentions.parse.0", "BASE_TYPE_CHOICES", True),
    Case("a person mentioned twice", mentions(users=[ID, ID]), mentions(users=[ID, "2"]), "allowed_mentions.users.1",
         "SET_TYPE_ALREADY_CONTAINS_VALUE", True),
    Case("everybody and somebody mentioned", mentions(parse=["users"], users=[ID]), mentions(parse=["roles"],
         users=[ID]),
         "allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", False),
    Case("101 people mentioned", mentions(users=[str(n) for n in range(101)]),
         mentions(users=[str(n) for n in range(100)]),
         "allowed_mentions.users", MAX, True),
    Case("a reply to nothing", message(content="x", message_reference={}),
         message(content="x", message_reference={"message_id": ID}), "message_reference.message_id", REQUIRED, True),
    Case("a forward that says something", message(content="x", message_reference={"type": 1, "message_id": ID,
         "channel_id": ID}),
         message(message_reference={"type": 1, "message_id": ID, "channel_id": ID}), None, None, False, code=160011),
    Case("eleven answers", poll(answers=answers(11)), poll(answers=answers(10)), "poll.answers", BAD, True),
    Case("no answers", poll(answers=[]), poll(answers=answers(1)), "poll.answers", BAD, True),
    Case("a long answer", poll(answers=answers(1, "x" * 56)), poll(answers=answers(1, "x" * 55)),
         "poll.answers.0.poll_media.text", BAD, False),
    Case("a long question", poll(question={"text": "x" * 301}), poll(question={"text": "x" * 300}),
         "poll.question.text",
         BAD, True),
    Case("a poll of 33 days", poll(duration=769), poll(duration=768), "poll.duration", "NUMBER_TYPE_MAX", True),
    Case("an edit to long content", message(method="PATCH", content="x" * 2001), message(method="PATCH", content=""),
         "content", MAX, False),
    Case("an edit that leaves nothing", message(method="PATCH", content="", embeds=[], components=[], attachments=[]),
         message(method="PATCH", content="", embeds=[], components=[]), None, None, False, code=50006),
    Case("a kept attachment with no file", message(method="PATCH", attachments=[{"id": 3}]),
         message(method="PATCH", attachments=[{"id": ID}]), "attachments.0", "ATTACHMENT_NOT_FOUND", False),
    Case("a webhook's long name", request("POST", HOOK, {"content": "x", "username": "x" * 81}),
         request("POST", HOOK, {"content": "x", "username": "x" * 80}), "username", BAD, False),
    Case("a webhook named for Discord", request("POST", HOOK, {"content": "x", "username": "My Discord"}),
         request("POST", HOOK, {"content": "x", "flags": 64}), "username", "USERNAME_INVALID_CONTAINS", False),
    Case("a follow-up that is empty", request("POST", HOOK, {"components": []}),
         request("POST", HOOK, {"components": [{"type": 1, "components": [button()]}]}), None, None, False, code=50006),
]  # fmt: skip
