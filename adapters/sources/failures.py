"""Every way a connection can fail, as the error it stands for."""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp

from adapters.errors import SourceFailed, SourceFaltered, SourceRefused
from adapters.sources.addresses import AddressRefused
from protocol.errors import StyleSealError


@contextmanager
def failures(host: str) -> Iterator[None]:
    """Only talking to `host` may stand inside: what else raises an OSError would be taken for the network's."""
    try:
        yield
    except (aiohttp.ClientError, OSError) as wrong:  # a TimeoutError is an OSError
        # Without its cause, since some of them write out the whole URL.
        raise _error(host, wrong) from None


def _error(host: str, wrong: Exception) -> StyleSealError:
    if isinstance(wrong, TimeoutError):
        return SourceFaltered(f"{host} has not sent anything for too long. Try again later.")
    if isinstance(wrong, aiohttp.ClientConnectorDNSError):
        return SourceFailed(f"The host {host} cannot be found. Check the address, or try again later.")
    if isinstance(wrong, aiohttp.ClientSSLError):
        return SourceFailed(f"{host} cannot be talked to in secret: its certificate or its encryption is not sound.")
    if isinstance(wrong, aiohttp.ClientConnectorError):
        if isinstance(wrong.os_error, AddressRefused):
            return SourceRefused(f"{host} is on a private network, and nothing is fetched from there.")
        return SourceFaltered(f"{host} cannot be reached. Try again later.")
    if isinstance(wrong, aiohttp.ClientResponseError):
        return SourceFailed(f"{host} sent something that is not HTTP.")
    return SourceFaltered(f"The connection to {host} was cut. Try again later.")
