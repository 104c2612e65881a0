"""Who is above whom in a server: roles can be used only against those below one's own highest."""

from playground.errors import missing_permissions
from playground.rest.call import Call
from playground.world.people import Member, Role
from playground.world.places import Guild


def rank(guild: Guild, member: Member) -> float:
    if member.user.id == guild.owner_id:
        return float("inf")
    return max((guild.roles[role].position for role in member.roles), default=0)


def must_outrank(call: Call, guild: Guild, other: Member | Role) -> None:
    """Raises `DiscordError` where the bot is not above."""
    own = rank(guild, guild.members[call.app.user.id])
    if own <= (other.position if isinstance(other, Role) else rank(guild, other)):
        raise missing_permissions()
