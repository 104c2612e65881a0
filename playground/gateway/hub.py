"""All sessions of all bots: they begin here, are told what happens, and are found again when a bot comes back."""

from collections.abc import Callable
from typing import Any

from playground.gateway import opcodes
from playground.gateway.guild_form import guild_create
from playground.gateway.hearing import heard, shard_of
from playground.gateway.identify import session_from
from playground.gateway.session import Link, Session
from playground.world.events import INTENTS, Event
from playground.world.world import World

HEARTBEAT_SECONDS = 41.25
RESUMABLE_SECONDS = 300.0
"""For which a session without a connection is kept."""


class Gateway:
    """For one event loop."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.heartbeat_seconds = HEARTBEAT_SECONDS
        self.listeners: list[Callable[[int, bool], None]] = []
        """Each is told of an application that it is connected, or no longer."""
        self._sessions: dict[str, Session] = {}
        world.listeners.append(self._tell)

    @property
    def address(self) -> str:
        return f"{self.world.cdn.replace('http', 'ws', 1)}/gateway"

    def connected(self, application_id: int) -> bool:
        return any(session.link is not None for session in self._of(application_id))

    # A connection's steps.

    def begin(self, data: Any, link: Link) -> Session:
        """Identifies: READY, then each server of the shard. Raises `opcodes.Closed`."""
        session = session_from(self.world, data)
        self._sessions[session.id] = session
        self._join(session, link)
        user = session.app.user
        guilds = [
            guild
            for guild in self.world.guilds.values()
            if user.id in guild.members and shard_of(guild.id, session.shard[1]) == session.shard[0]
        ]
        ready = self._ready(session) | {"guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds]}
        session.dispatch("READY", ready)
        if session.intents & INTENTS["guilds"]:
            for guild in guilds:
                session.dispatch("GUILD_CREATE", guild_create(self.world, session, guild))
        return session

    def resume(self, data: Any, link: Link) -> Session | None:
        """What was missed, then RESUMED; None where the session is not known any more. Raises `opcodes.Closed`."""
        try:
            token, id, since = str(data["token"]).removeprefix("Bot "), str(data["session_id"]), int(data["seq"])
        except (KeyError, TypeError, ValueError):
            raise opcodes.not_decoded() from None
        app = self.world.application(token)
        if app is None:
            raise opcodes.authentication_failed()
        self._forget_old()
        session = self._sessions.get(id)
        if session is None or session.app is not app or (missed := session.missed(since)) is None:
            self._sessions.pop(id, None)
            return None
        if since > session.sequence:
            raise opcodes.invalid_sequence()
        if session.link is not None:
            session.link.cut()  # the old connection, that nobody listens to
        for payload in missed:
            link.send(payload)
        self._join(session, link)
        session.dispatch("RESUMED", {"_trace": []})
        return session

    def leave(self, session: Session, link: Link, *, for_good: bool) -> None:
        """A connection has ended."""
        if session.link is not link:
            return  # another one has taken over
        session.link, session.left_at = None, self.world.clock.now()
        if for_good:
            self._sessions.pop(session.id, None)
        if not self.connected(session.app.id):
            self._say(session.app.id, False)

    # Faults.

    def drop(self) -> None:
        """Cuts every connection."""
        for link in self._links():
            link.cut()

    def ask_to_reconnect(self) -> None:
        for link in self._links():
            link.send({"op": opcodes.RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool) -> None:
        """A connection stays, without a session until it resumes or identifies anew."""
        for session in list(self._sessions.values()):
            if (link := session.link) is not None:
                link.send({"op": opcodes.INVALID_SESSION, "d": resumable})
                link.release()
                self.leave(session, link, for_good=not resumable)
        if not resumable:
            self._sessions.clear()

    def _links(self) -> list[Link]:
        return [session.link for session in self._sessions.values() if session.link is not None]

    def _tell(self, event: Event) -> None:
        self._forget_old()
        for session in list(self._sessions.values()):
            if (data := heard(self.world, session, event)) is not None:
                session.dispatch(event.name, data)

    def _join(self, session: Session, link: Link) -> None:
        was = self.connected(session.app.id)
        session.link = link
        if not was:
            self._say(session.app.id, True)

    def _say(self, application_id: int, connected: bool) -> None:
        for listen in list(self.listeners):
            listen(application_id, connected)

    def _of(self, application_id: int) -> list[Session]:
        return [session for session in self._sessions.values() if session.app.id == application_id]

    def _forget_old(self) -> None:
        oldest = self.world.clock.now() - RESUMABLE_SECONDS
        for session in list(self._sessions.values()):
            if session.link is None and session.left_at < oldest:
                del self._sessions[session.id]

    def _ready(self, session: Session) -> dict[str, Any]:
        return {
            "v": 10,
            "user": session.app.user.to_json() | {"verified": True, "mfa_enabled": False, "email": None},
            "session_type": "normal",
            "session_id": session.id,
            "resume_gateway_url": self.address,
            "shard": list(session.shard),
            "application": {"id": str(session.app.id), "flags": session.app.flags},
            "private_channels": [],
            "relationships": [],
            "presences": [],
            "user_settings": {},
            "guild_join_requests": [],
            "geo_ordered_rtc_regions": [],
            "_trace": [],
        }
