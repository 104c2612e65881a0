"""What people do with messages: read, say, change, react, vote, and write to each other."""

from typing import Any

from playground.control import views
from playground.control.asking import Ask
from playground.interactions.errors import MayNot, Refused
from playground.rest.mentions import find_mentions
from playground.world.events import INTENTS, Event
from playground.world.messages import REPLY, Message

Json = dict[str, Any]
LONGEST = 2000
"""Characters of a message."""
MOST_FILES = 10
MOST_REACTIONS = 20


async def read(ask: Ask) -> list[Json]:
    """The latest, or the latest before one, the oldest first."""
    channel, person = ask.channel(), ask.person
    before = ask.id("before") if ask.given.get("before") else None
    limit = min(max(int(ask.number("limit", 50)), 1), 500)
    there = ask.world.messages.get(channel.id, {}).values()
    shown = [one for one in there if person.sees_message(one) and (before is None or one.id < before)]
    return [views.message(person, one) for one in shown[-limit:]]


async def say(ask: Ask) -> Json:
    channel, person = ask.channel(), ask.person
    person.can_act_in(channel)
    person.need(channel, "send_messages_in_threads" if channel.is_thread else "send_messages")
    message = Message(ask.world.new_id(), channel.id, person.user, content=_content(ask))
    uploads = ask.list("files")
    if uploads:
        person.need(channel, "attach_files")
    message.attachments = [ask.uploads.attachment(id) for id in uploads[:MOST_FILES]]
    if any(len(one.data) > person.largest_file(channel) for one in message.attachments):
        raise Refused(f"Your files are too powerful. Max file size: {person.largest_file(channel) // 2**20} MB.")
    if not message.content and not message.attachments:
        raise Refused("An empty message cannot be sent.")
    if ask.given.get("reply_to"):
        answered = person.message(channel, ask.id("reply_to"))
        guild = {} if channel.guild_id is None else {"guild_id": str(channel.guild_id)}
        message.type = REPLY
        message.reference = {"type": 0, "channel_id": str(channel.id), "message_id": str(answered.id)} | guild
    find_mentions(ask.world, channel, message, None)
    return views.message(person, ask.world.post(message))


async def edit(ask: Ask) -> Json:
    message, person = ask.message(), ask.person
    if message.author is not person.user:
        raise MayNot("Only one's own messages can be edited.")
    content = _content(ask)
    if not content and not message.attachments:
        raise Refused("An empty message cannot be sent.")
    message.content = content
    find_mentions(ask.world, ask.channel(), message, None)
    ask.world.edited(message)
    return views.message(person, message)


async def delete(ask: Ask) -> None:
    message, person = ask.message(), ask.person
    if message.is_ephemeral:
        raise MayNot("An ephemeral message is dismissed, not deleted.")
    if message.author is not person.user:
        person.need(ask.channel(), "manage_messages")
    ask.world.delete(message)


async def dismiss(ask: Ask) -> None:
    """Gone for that person's client only: the bot is not told."""
    message, person = ask.message(), ask.person
    if not message.is_ephemeral:
        raise Refused("Only an ephemeral message can be dismissed.")
    message.dismissed = True
    data = {"id": str(message.id), "channel_id": str(message.channel_id)}
    ask.world.tell(Event(name="MESSAGE_DELETE", data=data, channel_id=message.channel_id, only_for=person.user.id))


async def react(ask: Ask) -> None:
    message, person, channel = ask.message(), ask.person, ask.channel()
    emoji = ask.text("emoji")
    if not emoji or message.is_ephemeral:
        raise Refused("A reaction is an emoji, on a message that others see too.")
    person.can_act_in(channel)
    if emoji not in message.reactions:
        person.need(channel, "add_reactions")
        if len(message.reactions) >= MOST_REACTIONS:
            raise Refused("A message has at most 20 different reactions.")
    ask.world.react(message, person.user, emoji)


async def unreact(ask: Ask) -> None:
    ask.world.unreact(ask.message(), ask.person.user, ask.text("emoji"))


async def vote(ask: Ask) -> None:
    """For all the answers given, and no others."""
    message, person = ask.message(), ask.person
    if message.poll is None:
        raise Refused("There is no poll in that message.")
    if message.poll["results"].get("is_finalized"):
        raise Refused("That poll is over.")
    known = {int(answer["answer_id"]) for answer in message.poll["answers"]}
    wanted = {int(str(answer)) for answer in ask.list("answers") if str(answer).isdecimal()}
    if len(wanted) != len(ask.list("answers")) or not wanted <= known:
        raise Refused("The poll has no such answer.")
    if len(wanted) > 1 and not message.poll["allow_multiselect"]:
        raise Refused("The poll takes one answer.")
    for answer in sorted(known):
        people = message.poll_votes.setdefault(answer, set())
        if (answer in wanted) != (person.user.id in people):
            (people.add if answer in wanted else people.discard)(person.user.id)
            _tell_vote(ask, message, answer, "ADD" if answer in wanted else "REMOVE")


async def direct(ask: Ask) -> Json:
    person, other = ask.person, ask.world.user(ask.id("with"))
    if other is person.user:
        raise Refused("Nobody writes to themselves.")
    return views.channel(person, ask.world.direct_with(person.user.id, other.id))


def _content(ask: Ask) -> str:
    content = ask.text("content").strip()
    if len(content) > LONGEST:
        raise Refused(f"A message has at most {LONGEST} characters.")
    return content


def _tell_vote(ask: Ask, message: Message, answer: int, change: str) -> None:
    channel = ask.channel()
    data = {
        "user_id": str(ask.person.user.id),
        "channel_id": str(channel.id),
        "message_id": str(message.id),
        "answer_id": answer,
    }
    guild = {} if channel.guild_id is None else {"guild_id": str(channel.guild_id)}
    intent = INTENTS["direct_message_polls" if channel.guild_id is None else "guild_message_polls"]
    name = f"MESSAGE_POLL_VOTE_{change}"
    event = Event(name=name, data=data | guild, guild_id=channel.guild_id, channel_id=channel.id, intent=intent)
    ask.world.tell(event)
