"""Who may look at a job from elsewhere, and who may stop it: by what Discord lets them do in the job's own channel."""

import discord

from bot.answers import Interaction
from bot.jobs import Job, State


def may_view(interaction: Interaction, job: Job) -> bool:
    """Whether somebody of the same server sees the job's message where it stands, wherever they are now."""
    place = job.place
    if place.private or place.guild_id is None or place.guild_id != interaction.guild_id or job.state is not State.DONE:
        return False
    allowed = _permissions(interaction, place.channel_id)
    return allowed.view_channel and allowed.read_message_history


def moderates(interaction: Interaction, job: Job) -> bool:
    """Whether they may take messages away where the job's is."""
    place = job.place
    if place.guild_id is None or place.guild_id != interaction.guild_id:
        return False
    allowed = _permissions(interaction, place.channel_id)
    return allowed.view_channel and allowed.manage_messages


def _permissions(interaction: Interaction, channel_id: int) -> discord.Permissions:
    """Of whoever asked, in a channel of the same server; none where that cannot be known."""
    if channel_id == interaction.channel_id:
        return interaction.permissions
    guild, member = interaction.guild, interaction.user
    channel = None if guild is None else guild.get_channel_or_thread(channel_id)
    if channel is None or not isinstance(member, discord.Member):
        return discord.Permissions.none()
    if not isinstance(channel, discord.Thread):
        return channel.permissions_for(member)
    if channel.parent is None:
        return discord.Permissions.none()
    allowed = channel.permissions_for(member)
    # Who is in a private thread is not known here: those who see all of them are, whoever is in it.
    hidden = channel.is_private() and not allowed.manage_threads
    return discord.Permissions.none() if hidden else allowed
