"""What passes between a person and a bot: commands used, components clicked, forms filled in, and the answers."""

from playground.interactions.register import Interactions

__all__ = ["Interactions"]
