"""Discord's limits, route by route, and the error that it gives for each; a file for each noun.

These are our own table of them: OpenAPI, which `playground.spec` goes by, knows no more than single fields.
"""

from playground.limits.emojis import check_reaction
from playground.limits.routes import check

__all__ = ["check", "check_reaction"]
