"""What an HTTP status other than success means, as the error to raise."""

from collections.abc import Mapping

from adapters.errors import SourceFailed, SourceFaltered, SourceRefused
from protocol.errors import StyleSealError

_SAID = {
    401: "{host} gives this only to those who log in.",
    403: "{host} does not give this out. It may be private, or the link may have expired.",
    404: "{host} has nothing at this address. Check it for a slip.",
    410: "{host} does not have this any more.",
    429: "{host} was asked too often. Try again later.",
    451: "{host} may not give this out in the country this bot runs in.",
}


def error_of(status: int, host: str, said: Mapping[int, str]) -> StyleSealError:
    """`said` holds the sentences of the site itself, by status."""
    if status >= 500:
        return SourceFaltered(f"{host} is in trouble (HTTP status {status}). Try again later.")
    sentence = said.get(status) or _SAID.get(status, "{host} answered with HTTP status {status}.")
    error = SourceRefused if status in _SAID and status != 429 else SourceFailed
    return error(sentence.format(host=host, status=status))
