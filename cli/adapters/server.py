"""`--server`: whose style is meant, where it is not everyone's."""

from typing import Annotated

import typer

from adapters.library import EVERYONE

Server = Annotated[int | None, typer.Option(min=1, help="The id of the server whose style it is.")]


def owner(server: int | None) -> str:
    """As the library knows it."""
    return EVERYONE if server is None else str(server)
