"""`styleseal adapters publish`: what a server has added becomes everyone's."""

from typing import Annotated

import typer

from adapters.library import State
from adapters.settings import AdapterSettings
from cli.adapters.server import owner
from cli.catalogue import library
from cli.settings import load_settings
from protocol.errors import InvalidRequest


def command(
    name: Annotated[str, typer.Argument(help="The style's name, in its server.")],
    server: Annotated[int, typer.Option(min=1, help="The id of the server that added it.")],
) -> None:
    """Make a style that a server added everyone's: styleseal adapters publish ink --server 123456789012345678."""
    with library(load_settings(AdapterSettings)) as kept:
        found = kept.named(name, owner(server))
        if found.state is not State.ACTIVE:
            state = "a draft" if found.state is State.DRAFT else "switched off"
            raise InvalidRequest(
                f"{found.style.name} is {state} in that server, and cannot be everyone's.", param="name"
            )
        kept.publish(found.id)
    print(f"published {found.style.name}: it is everyone's now, and does not count for that server any more")
