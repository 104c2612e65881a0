"""Every route there is."""

from playground.rest import (
    absent,
    callbacks,
    channels,
    commands,
    emojis,
    events,
    gateway,
    guilds,
    members,
    messages,
    pins,
    polls,
    reactions,
    roles,
    threads,
    users,
    webhooks,
)
from playground.rest.call import Route

ROUTES: tuple[Route, ...] = (
    *gateway.ROUTES,
    *users.ROUTES,
    *guilds.ROUTES,
    *members.ROUTES,
    *roles.ROUTES,
    *events.ROUTES,
    *emojis.ROUTES,
    *channels.ROUTES,
    *messages.ROUTES,
    *pins.ROUTES,
    *reactions.ROUTES,
    *polls.ROUTES,
    *threads.ROUTES,
    *commands.ROUTES,
    *callbacks.ROUTES,
    *webhooks.ROUTES,
    *absent.ROUTES,
)
