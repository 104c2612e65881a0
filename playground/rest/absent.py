"""Routes that Discord has and the playground does not: a bot that needs one is told so, and so is who reads the log."""

from playground.errors import DiscordError
from playground.rest.call import Call, Handler, Route

_LISTED = """
PATCH /applications/@me
GET PATCH /applications/{application_id}
GET /applications/{application_id}/activity-instances/{instance_id}
POST /applications/{application_id}/attachment
GET POST /applications/{application_id}/entitlements
GET DELETE /applications/{application_id}/entitlements/{entitlement_id}
POST /applications/{application_id}/entitlements/{entitlement_id}/consume
GET PUT /applications/{application_id}/role-connections/metadata
POST /channels/{channel_id}/followers
POST /channels/{channel_id}/messages/{message_id}/crosspost
PUT DELETE /channels/{channel_id}/recipients/{user_id}
POST /channels/{channel_id}/send-soundboard-sound
GET /channels/{channel_id}/threads/search
GET /channels/{channel_id}/users/@me/threads/archived/private
PUT /channels/{channel_id}/voice-status
GET POST /channels/{channel_id}/webhooks
GET /guilds/templates/{code}
GET /guilds/{guild_id}/audit-logs
GET POST /guilds/{guild_id}/auto-moderation/rules
GET DELETE PATCH /guilds/{guild_id}/auto-moderation/rules/{rule_id}
POST /guilds/{guild_id}/bulk-ban
PATCH /guilds/{guild_id}/channels
PUT /guilds/{guild_id}/incident-actions
GET /guilds/{guild_id}/integrations
DELETE /guilds/{guild_id}/integrations/{integration_id}
GET /guilds/{guild_id}/invites
PUT /guilds/{guild_id}/members/{user_id}
GET /guilds/{guild_id}/messages/search
GET /guilds/{guild_id}/new-member-welcome
GET PUT /guilds/{guild_id}/onboarding
GET /guilds/{guild_id}/preview
GET POST /guilds/{guild_id}/prune
GET /guilds/{guild_id}/regions
GET /guilds/{guild_id}/requests
PATCH /guilds/{guild_id}/requests/{request_id}
GET /guilds/{guild_id}/roles/member-counts
POST /guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/exceptions
DELETE PATCH /guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/exceptions/{exception_id}
GET /guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/users/counts
GET /guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/{guild_scheduled_event_exception_id}/users
GET POST /guilds/{guild_id}/soundboard-sounds
GET DELETE PATCH /guilds/{guild_id}/soundboard-sounds/{sound_id}
GET POST /guilds/{guild_id}/stickers
GET DELETE PATCH /guilds/{guild_id}/stickers/{sticker_id}
GET POST /guilds/{guild_id}/templates
PUT DELETE PATCH /guilds/{guild_id}/templates/{code}
GET /guilds/{guild_id}/vanity-url
GET PATCH /guilds/{guild_id}/voice-states/@me
GET PATCH /guilds/{guild_id}/voice-states/{user_id}
GET /guilds/{guild_id}/webhooks
GET PATCH /guilds/{guild_id}/welcome-screen
GET PATCH /guilds/{guild_id}/widget
GET /guilds/{guild_id}/widget.json
GET /guilds/{guild_id}/widget.png
GET DELETE /invites/{code}
GET PUT /invites/{code}/target-users
GET /invites/{code}/target-users/job-status
GET /oauth2/@me
GET /oauth2/keys
GET /oauth2/userinfo
GET /skus/{sku_id}/subscriptions
GET /skus/{sku_id}/subscriptions/{subscription_id}
GET /soundboard-default-sounds
POST /stage-instances
GET DELETE PATCH /stage-instances/{channel_id}
GET /sticker-packs
GET /sticker-packs/{pack_id}
GET /stickers/{sticker_id}
GET /users/@me/applications/{application_id}/entitlements
GET PUT DELETE /users/@me/applications/{application_id}/role-connection
GET /users/@me/connections
GET /voice/regions
GET DELETE PATCH /webhooks/{webhook_id}
DELETE PATCH /webhooks/{webhook_id}/{webhook_token}
POST /webhooks/{webhook_id}/{webhook_token}/github
POST /webhooks/{webhook_id}/{webhook_token}/slack
"""
"""Methods, then the template. Those for games (lobbies, the partner SDK) are no bot's and not listed."""


def _routes() -> tuple[Route, ...]:
    found = []
    for line in _LISTED.split("\n"):
        *methods, template = line.split() or [""]
        found += [Route(method, template, _refuse(method, template), needs_token=False) for method in methods]
    return tuple(found)


def _refuse(method: str, template: str) -> Handler:
    async def refuse(call: Call) -> None:
        raise DiscordError(501, 0, f"501: Discord has {method} {template}, the playground does not")

    return refuse


ROUTES = _routes()
