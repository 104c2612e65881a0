"""Which URLs may be asked at all: https, port 443, no name and password, a host by name that is on a list.

The rules hold for the first URL and for each one it leads on to. Where a host's name leads is looked at later, when the
connection is made (`addresses.py`).
"""

import re
from collections.abc import Iterable

from yarl import URL

from adapters.errors import SourceRefused
from protocol import checks

EVERY_HOST = "*"
_LONGEST = 8_000
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
"""A name of at least two labels whose last one begins with a letter: none of the many ways to write an IP address."""


def check_entry(entry: str) -> None:
    """Raises `InvalidRequest` for what cannot stand on a list of hosts."""
    if entry != EVERY_HOST and not _HOST.fullmatch(entry.removeprefix(".")):
        raise checks.refuse("a host", "a name such as example.org, .example.org or *", entry, "hosts")


def on_list(host: str, hosts: Iterable[str]) -> bool:
    return any(entry in (EVERY_HOST, host) or (entry.startswith(".") and host.endswith(entry)) for entry in hosts)


def host_of(text: str) -> str:
    """The host a URL names, in lower case; empty for what is no https URL."""
    try:
        url = _url(text)
        return (url.raw_host or "").lower() if url.scheme == "https" else ""
    except ValueError:
        return ""


def checked(text: str, hosts: Iterable[str], came_from: URL | None = None) -> URL:
    """The URL, to be sent just as it is written; a relative one is taken from `came_from`. Raises `SourceRefused`."""
    try:
        url = _url(text) if came_from is None else came_from.join(_url(text))
        host, port = (url.raw_host or "").lower(), url.port
    except ValueError:
        raise SourceRefused(f"{_named(came_from)} cannot be read as a URL.") from None
    if url.scheme != "https":
        raise SourceRefused(f"{_named(came_from)} is not an https address, and only those are taken.")
    if not _HOST.fullmatch(host):
        raise SourceRefused(f"{_named(came_from)} does not name a host as example.org does, and only such are taken.")
    if url.raw_user is not None or url.raw_password is not None or port != 443:
        raise SourceRefused(f"{_named(came_from)} holds a user name or a port, and such addresses are not taken.")
    if not on_list(host, hosts):
        raise SourceRefused(
            f"{_named(came_from)} is at {host}, which is not among the hosts adapters are fetched from. Whoever runs "
            "this bot can add it."
        )
    return url


def _url(text: str) -> URL:
    if len(text) > _LONGEST:
        raise ValueError("too long")
    # A signature is made over the URL as it is written, so a URL is quoted anew only where it cannot be sent as it is.
    plain = text.isascii() and text.isprintable() and " " not in text
    return URL(text, encoded=plain)


def _named(came_from: URL | None) -> str:
    return "This address" if came_from is None else f"The address {came_from.raw_host} leads on to"
