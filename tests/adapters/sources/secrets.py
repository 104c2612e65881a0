"""A signature or a token, which no sentence and no log may show."""

import traceback
from collections.abc import Awaitable
from typing import TypeVar

import pytest

from protocol.errors import StyleSealError

SECRET = "s" + "3cret"  # written so that no line of source in a traceback shows it

E = TypeVar("E", bound=StyleSealError)


async def failure(kind: type[E], awaitable: Awaitable[object]) -> E:
    """The error of exactly that class, which says a sentence and keeps secrets, also with its causes."""
    with pytest.raises(kind) as caught:
        await awaitable
    error = caught.value
    assert type(error) is kind, repr(error)
    assert SECRET not in "".join(traceback.format_exception(error))
    assert error.sentence.endswith((".", "."))
    assert 10 < len(error.sentence) < 400
    return error
