"""The control surface (docs/playground.md): what people do, and what is arranged and watched from outside."""

from aiohttp import web

from playground.control import acting, arranging, talking, watching
from playground.control.asking import Handler, Surface
from playground.control.stream import Streams
from playground.state import State

_ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "world", watching.world),
    ("GET", "messages", talking.read),
    ("GET", "commands", acting.list_commands),
    ("POST", "run", acting.run),
    ("POST", "complete", acting.complete),
    ("POST", "menu", acting.menu),
    ("POST", "click", acting.click),
    ("POST", "select", acting.select),
    ("POST", "submit", acting.submit),
    ("POST", "upload", watching.upload),
    ("POST", "say", talking.say),
    ("POST", "edit", talking.edit),
    ("POST", "delete", talking.delete),
    ("POST", "react", talking.react),
    ("POST", "unreact", talking.unreact),
    ("POST", "dismiss", talking.dismiss),
    ("POST", "vote", talking.vote),
    ("POST", "direct", talking.direct),
    ("POST", "user", arranging.user),
    ("POST", "locale", arranging.locale),
    ("POST", "user_install", arranging.user_install),
    ("POST", "guild_install", arranging.guild_install),
    ("POST", "channel", arranging.channel),
    ("POST", "member", arranging.member),
    ("POST", "rules", arranging.rules),
    ("POST", "clock", arranging.clock),
    ("GET", "log", watching.log),
    ("GET", "faults", watching.faults),
    ("POST", "faults", watching.add_fault),
    ("DELETE", "faults", watching.clear_faults),
)


def add_control(app: web.Application, state: State) -> None:
    surface = Surface(app, state)
    for method, name, handler in _ROUTES:
        surface.add(method, name, handler)
    streams = Streams(state)
    app.router.add_get("/control/stream", streams.serve)
    app.on_shutdown.append(streams.close)
