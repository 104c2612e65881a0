"""The world a newcomer finds: two servers with their people, and whatever bot comes.

Made so that each kind of place and person that a bot may meet is there.
"""

from dataclasses import dataclass

from playground.world.apps import Application
from playground.world.messages import Message
from playground.world.people import User
from playground.world.permissions import bits
from playground.world.places import CATEGORY, FORUM, PUBLIC_THREAD, TEXT, Channel, Guild, Overwrite
from playground.world.world import World

DAY = 24 * 3600.0
BOT = bits("view_channel", "send_messages", "embed_links", "attach_files", "read_message_history", "add_reactions")


@dataclass(frozen=True, slots=True)
class Demo:
    """The parts of it by what they are for."""

    world: World
    app: Application
    owner: User
    moderator: User
    member: User
    newcomer: User
    """Joined an hour ago."""
    russian: User
    """Whose client is in Russian."""
    guild: Guild
    other: Guild
    """A second server, which some people are in as well."""
    general: Channel
    art: Channel
    adults: Channel
    """Age-restricted."""
    silent: Channel
    """Where the bot may not send."""
    hidden: Channel
    """Which members do not see."""
    thread: Channel
    forum: Channel
    post: Channel


def demo(token: str, bot_name: str = "Bot") -> Demo:
    world = World()
    people = [
        world.add_user("mira", global_name="Mira", colour="#c2452d"),
        world.add_user("jun", global_name="Jun", colour="#3ba55c"),
        world.add_user("ada", global_name="Ada", colour="#5865f2"),
        world.add_user("newt", global_name="Newt", colour="#faa61a"),
        world.add_user("sasha", global_name="Саша", locale="ru", colour="#9b59b6"),
    ]
    owner, moderator, member, newcomer, russian = people
    now = world.clock.now()
    guild = world.add_guild("Ink & Pixel", owner)
    guild.members[owner.id].joined_at = now - 900 * DAY
    moderators = world.add_role(
        guild, "Moderator", bits("manage_messages", "moderate_members", "manage_guild"), colour=0x3BA55C, hoist=True
    )
    artists = world.add_role(guild, "Artist", colour=0xC2452D)
    world.join(guild, moderator, now - 400 * DAY, moderators, artists)
    world.join(guild, member, now - 90 * DAY, artists)
    world.join(guild, newcomer, now - DAY / 24)
    world.join(guild, russian, now - 30 * DAY)
    other = world.add_guild("Second Server", moderator)
    world.join(other, member, now - 10 * DAY)
    app = world.add_application(bot_name, token, owner)
    world.install(app, guild, BOT)
    world.install(app, other, BOT)
    text = world.add_channel(guild, CATEGORY, "Text")
    general = world.add_channel(guild, TEXT, "general", parent_id=text.id, topic="Talk about anything.")
    art = world.add_channel(guild, TEXT, "art", parent_id=text.id, topic="Paint here.")
    adults = world.add_channel(guild, TEXT, "after-dark", parent_id=text.id, nsfw=True)
    mute = {app.user.id: Overwrite(app.user.id, 1, deny=bits("send_messages"))}
    silent = world.add_channel(guild, TEXT, "announcements", parent_id=text.id, overwrites=mute)
    closed = {guild.id: Overwrite(guild.id, 0, deny=bits("view_channel"))}
    closed[moderators.id] = Overwrite(moderators.id, 0, allow=bits("view_channel"))
    hidden = world.add_channel(guild, TEXT, "mod-log", parent_id=text.id, overwrites=closed)
    thread = world.add_channel(guild, PUBLIC_THREAD, "a thread about ink", parent_id=art.id, owner_id=member.id)
    forum = world.add_channel(guild, FORUM, "gallery", topic="One post for each picture.")
    post = world.add_channel(guild, PUBLIC_THREAD, "My first woodcut", parent_id=forum.id, owner_id=member.id)
    world.add_channel(other, TEXT, "general")
    world.post(Message(world.new_id(), general.id, owner, content="Welcome to the playground!"))
    world.post(Message(world.new_id(), post.id, member, content="What do you think of it?"))
    return Demo(
        world, app, owner, moderator, member, newcomer, russian, guild, other, general, art, adults, silent, hidden,
        thread, forum, post,
    )  # fmt: skip
