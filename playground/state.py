"""The parts of one running playground, and how they are joined."""

from playground.faults import Faults
from playground.gateway.hub import Gateway
from playground.interactions import Interactions
from playground.log import Log
from playground.polls import Polls
from playground.rates import Rates
from playground.spec import Spec
from playground.world.messages import Message
from playground.world.world import World


class State:
    """For one event loop."""

    def __init__(self, world: World, spec: Spec | None = None) -> None:
        self.world = world
        self.gateway = Gateway(world)
        self.interactions = Interactions(world)
        self.polls = Polls(world)
        self.rates = Rates(world.clock)
        self.log = Log()
        self.spec = spec
        """Discord's own document, where there is a copy of it at hand."""
        self.nonces: dict[tuple[int, int, str], Message] = {}
        """What was sent with a nonce that is enforced: by application, channel and nonce."""
        self.faults = Faults(
            {
                "drop": lambda _: self.gateway.drop(),
                "reconnect": lambda _: self.gateway.ask_to_reconnect(),
                "invalid_session": lambda fault: self.gateway.invalidate(resumable=fault.resumable),
                "expire_tokens": lambda _: self.interactions.expire_tokens(),
            }
        )
