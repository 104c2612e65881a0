"""What a bot is told of an interaction: the data of INTERACTION_CREATE."""

from typing import Any

from playground.interactions.interaction import Interaction
from playground.world import forms
from playground.world.apps import FOR_GUILD, FOR_USER, IN_BOT_DM, IN_GUILD, IN_PRIVATE, Application, Command
from playground.world.people import User
from playground.world.permissions import DIRECT, bits
from playground.world.places import UPLOAD_BYTES, Channel
from playground.world.world import World

OUTSIDE = bits("embed_links", "attach_files", "mention_everyone", "use_external_emojis")
"""What an application that is not in the server may have of what its person may do there."""


def payload(world: World, interaction: Interaction) -> dict[str, Any]:
    channel, user = interaction.channel, interaction.user
    form: dict[str, Any] = {
        "id": str(interaction.id),
        "application_id": str(interaction.app.id),
        "type": interaction.type,
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "channel_id": str(channel.id),
        "channel": partial_channel(world, channel, user),
        "app_permissions": str(app_permissions(world, interaction.app, channel, user)),
        "locale": user.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": interaction.owners,
        "context": interaction.context,
        "attachment_size_limit": upload_bytes(world, channel),
    }
    if interaction.source is not None:
        form["message"] = forms.message(world, interaction.source)
    if channel.guild_id is None:
        return form | {"user": user.to_json()}
    guild = world.guild(channel.guild_id)
    place = {"id": str(guild.id), "locale": guild.locale, "features": []}
    return form | {
        "guild_id": str(guild.id),
        "guild": place,
        "guild_locale": guild.locale,
        "member": member(world, channel, user),
    }


def member(world: World, channel: Channel, user: User) -> dict[str, Any]:
    """With what that person may do in the channel."""
    assert channel.guild_id is not None
    form = forms.member(world, world.member(channel.guild_id, user.id))
    return form | {"permissions": str(world.permissions(user.id, channel))}


def partial_channel(world: World, channel: Channel, user: User) -> dict[str, Any]:
    """With what `user` may do there."""
    form = forms.channel(world, channel) | {"permissions": str(world.permissions(user.id, channel))}
    form.pop("permission_overwrites", None)
    return form


def app_permissions(world: World, app: Application, channel: Channel, user: User) -> int:
    if channel.guild_id is None:
        return DIRECT
    if app.user.id in world.guild(channel.guild_id).members:
        return world.permissions(app.user.id, channel)
    return world.permissions(user.id, channel) & OUTSIDE


def upload_bytes(world: World, channel: Channel) -> int:
    """The largest file that may be attached there."""
    return UPLOAD_BYTES if channel.guild_id is None else world.guild(channel.guild_id).upload_bytes


def context(channel: Channel, app: Application) -> int:
    if channel.guild_id is not None:
        return IN_GUILD
    return IN_BOT_DM if app.user.id in channel.recipients else IN_PRIVATE


def owners(world: World, app: Application, channel: Channel, user: User, command: Command | None) -> dict[str, str]:
    """By whom the application is installed there, as far as the command is for such installations."""
    kinds = (FOR_GUILD, FOR_USER) if command is None else tuple(command.body["integration_types"])
    found: dict[str, str] = {}
    if FOR_GUILD in kinds and channel.guild_id is not None and app.user.id in world.guild(channel.guild_id).members:
        found[str(FOR_GUILD)] = str(channel.guild_id)
    if FOR_GUILD in kinds and context(channel, app) == IN_BOT_DM:
        found[str(FOR_GUILD)] = "0"
    if FOR_USER in kinds and user.id in app.installed_by:
        found[str(FOR_USER)] = str(user.id)
    return found
