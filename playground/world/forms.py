"""The JSON that Discord has for what there is in the world."""

from typing import TYPE_CHECKING, Any

from playground.snowflake import moment_of
from playground.world.addresses import signed
from playground.world.apps import Application
from playground.world.media import in_components, in_embeds
from playground.world.messages import REPLY, THREAD_STARTER, Attachment, Message
from playground.world.people import Member
from playground.world.places import DM, FORUM, Channel, Guild

if TYPE_CHECKING:
    from playground.world.world import World

_NOTHING = (
    *("icon", "splash", "discovery_splash", "banner", "description", "vanity_url_code", "application_id"),
    *("afk_channel_id", "widget_channel_id", "system_channel_id", "rules_channel_id", "safety_alerts_channel_id"),
    *("public_updates_channel_id", "hub_type", "latest_onboarding_question_id", "incidents_data"),
    "home_header",
)
_ZERO = (
    *("default_message_notifications", "explicit_content_filter", "mfa_level", "nsfw_level", "premium_tier"),
    *("premium_subscription_count", "system_channel_flags", "verification_level"),
)
"""What a guild's form says of things that there are not here."""
_ANSWERS = (REPLY, THREAD_STARTER)
"""Kinds of messages that show the one they refer to."""


def member(world: "World", member: Member) -> dict[str, Any]:
    return member.to_json(world.clock.iso)


def channel(world: "World", channel: Channel) -> dict[str, Any]:
    last = None if channel.last_message_id is None else str(channel.last_message_id)
    form: dict[str, Any] = {"id": str(channel.id), "type": channel.type, "last_message_id": last, "flags": 0}
    if channel.type == DM:
        people = [world.users[id].to_json() for id in channel.recipients if not world.users[id].bot]
        return form | {"recipients": people}
    form |= {
        "guild_id": str(channel.guild_id),
        "name": channel.name,
        "parent_id": None if channel.parent_id is None else str(channel.parent_id),
        "rate_limit_per_user": channel.slowmode,
        "nsfw": channel.nsfw,
        "last_pin_timestamp": None,
    }
    if channel.is_thread:
        return form | _thread(world, channel)
    overwrites = [overwrite.to_json() for overwrite in channel.overwrites.values()]
    form |= {"position": channel.position, "topic": channel.topic, "permission_overwrites": overwrites}
    if channel.type == FORUM:
        form |= {
            "available_tags": channel.tags,
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
            "default_thread_rate_limit_per_user": 0,
            "template": "",
        }
    return form


def _thread(world: "World", channel: Channel) -> dict[str, Any]:
    metadata = {
        "archived": channel.archived,
        "archive_timestamp": world.clock.iso(channel.archived_at or channel.created_at),
        "auto_archive_duration": channel.archive_minutes,
        "locked": channel.locked,
        "create_timestamp": world.clock.iso(channel.created_at),
    }
    return {
        "owner_id": str(channel.owner_id or 0),
        "message_count": channel.message_count,
        "member_count": len(channel.people),
        "total_message_sent": channel.message_count,
        "thread_metadata": metadata,
        "applied_tags": [str(tag) for tag in channel.applied_tags],
    }


def thread_member(world: "World", thread: Channel, user_id: int) -> dict[str, Any]:
    joined = world.clock.iso(thread.people[user_id])
    return {"id": str(thread.id), "user_id": str(user_id), "join_timestamp": joined, "flags": 0}


def guild(world: "World", guild: Guild) -> dict[str, Any]:
    """As GUILD_CREATE has it."""
    channels = [channel(world, one) for one in guild.channels.values() if not one.is_thread]
    threads = [channel(world, one) for one in guild.channels.values() if one.is_thread and not one.archived]
    return guild_without_people(guild) | {
        "joined_at": world.clock.iso(),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "voice_states": [],
        "members": [member(world, one) for one in guild.members.values()],
        "channels": channels,
        "threads": threads,
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": list(guild.events.values()),
        "soundboard_sounds": [],
    }


def guild_without_people(guild: Guild) -> dict[str, Any]:
    """As the REST API has it."""
    return (
        dict.fromkeys(_NOTHING)
        | dict.fromkeys(_ZERO, 0)
        | {
            "id": str(guild.id),
            "name": guild.name,
            "owner_id": str(guild.owner_id),
            "preferred_locale": guild.locale,
            "features": [],
            "roles": [role.to_json() for role in guild.roles.values()],
            "emojis": list(guild.emojis.values()),
            "stickers": [],
            "afk_timeout": 300,
            "max_members": 500_000,
            "max_presences": None,
            "max_video_channel_users": 25,
            "max_stage_video_channel_users": 50,
            "premium_progress_bar_enabled": False,
            "widget_enabled": False,
            "nsfw": False,
            "region": "deprecated",
        }
    )


def emoji(written: str) -> dict[str, Any]:
    """From a character, or name:id."""
    name, _, id = written.partition(":")
    return {"id": id or None, "name": name} | ({"animated": False} if id else {})


def attachment(world: "World", place: int, attachment: Attachment) -> dict[str, Any]:
    """`place` is the id of its channel."""
    url = signed(world, place, attachment)
    form = {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": len(attachment.data),
        "url": url,
        "proxy_url": url,
        "content_type": attachment.content_type,
        "content_scan_version": 0,
    }
    optional = {"description": attachment.description, "width": attachment.width, "height": attachment.height}
    return form | {key: value for key, value in optional.items() if value is not None}


def message(world: "World", message: Message, seen_by: int | None = None) -> dict[str, Any]:
    """`seen_by` is the user whose own reactions and votes are told apart."""
    form: dict[str, Any] = {
        "id": str(message.id),
        "channel_id": str(message.channel_id),
        "type": message.type,
        "author": message.author.to_json(),
        "content": message.content,
        "timestamp": world.clock.iso(moment_of(message.id)),
        "edited_timestamp": None if message.edited_at is None else world.clock.iso(message.edited_at),
        "tts": message.tts,
        "mention_everyone": message.mention_everyone,
        "mentions": [user.to_json() for user in message.mentions],
        "mention_roles": [str(role) for role in message.mention_roles],
        **_media(world, message),
        "pinned": message.pinned,
        "flags": message.flags,
    }
    optional: dict[str, Any] = {
        "nonce": message.nonce,
        "reactions": [_reaction(emoji_, people, seen_by) for emoji_, people in message.reactions.items()] or None,
        "message_reference": message.reference,
        "message_snapshots": message.snapshots or None,
        "application_id": None if message.application_id is None else str(message.application_id),
        "webhook_id": None if message.webhook_id is None else str(message.webhook_id),
        "interaction_metadata": message.interaction,
        "poll": None if message.poll is None else _poll(message, message.poll, seen_by),
        "thread": None if message.thread_id is None else _thread_of(world, message.thread_id),
    }
    if message.type in _ANSWERS and message.reference is not None:
        form["referenced_message"] = _referenced(world, message)  # null where that is gone
    return form | {key: value for key, value in optional.items() if value is not None}


def _referenced(world: "World", one: Message) -> dict[str, Any] | None:
    if one.reference is None or one.type not in _ANSWERS:
        return None
    found = world.messages.get(int(one.reference["channel_id"]), {}).get(int(one.reference.get("message_id", 0)))
    if found is None or found.is_ephemeral:
        return None
    return {key: value for key, value in message(world, found).items() if key != "referenced_message"}


def _media(world: "World", message: Message) -> dict[str, Any]:
    """Files that an embed shows are there and not among the attachments."""
    listed = [attachment(world, message.channel_id, file) for file in message.attachments]
    files = {form["filename"]: form for form in reversed(listed)}  # of several of one name the first
    embeds, shown = in_embeds(message.embeds, files)
    return {
        "attachments": [form for form in listed if form["id"] not in shown],
        "embeds": embeds,
        "components": in_components(message.components, files),
    }


def _thread_of(world: "World", id: int) -> dict[str, Any] | None:
    thread = next((guild.channels[id] for guild in world.guilds.values() if id in guild.channels), None)
    return None if thread is None else channel(world, thread)


def _poll(message: Message, poll: dict[str, Any], seen_by: int | None) -> dict[str, Any]:
    counts = [
        {"id": answer, "count": len(people), "me_voted": seen_by in people}
        for answer, people in sorted(message.poll_votes.items())
        if people
    ]
    return poll | {"results": poll["results"] | {"answer_counts": counts}}


def _reaction(written: str, people: set[int], seen_by: int | None) -> dict[str, Any]:
    counts = {"burst": 0, "normal": len(people)}
    own = {"me": seen_by in people, "me_burst": False, "burst_count": 0, "burst_colors": []}
    return {"emoji": emoji(written), "count": len(people), "count_details": counts} | own


def application(app: Application) -> dict[str, Any]:
    """As an application sees itself."""
    return {
        "id": str(app.id),
        "name": app.user.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": app.user.to_json(),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": app.flags,
        "owner": app.owner.to_json(),
        "team": None,
        "summary": "",
        "hook": True,
        "rpc_origins": [],
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "integration_types_config": {"0": {}, "1": {}},
        "approximate_guild_count": 0,
        "approximate_user_install_count": len(app.installed_by),
        "approximate_user_authorization_count": len(app.installed_by),
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
        "explicit_content_filter": 0,
        "flags_new": str(app.flags),
        "role_connections_verification_url": None,
    }
