"""Which machines may be connected to: none that only this one, or its neighbours, can see.

The check stands where the socket is made, the last place an address passes: whatever name, redirect or resolver it came
from, and whatever was resolved before, this is the address the connection goes to.
"""

import errno
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

AddressCheck = Callable[[str], bool]
"""Says of an IP address whether it may be connected to."""

_UNICAST = IPv6Network("2000::/3")
"""What has been given out of IPv6 so far; `is_global` also takes much that has not."""
_SPECIAL = (IPv6Network("3fff::/20"), IPv6Network("2001:20::/28"))
_NAT64 = IPv6Network("64:ff9b::/96")
"""https://www.rfc-editor.org/rfc/rfc6052: the last 32 bits are an IPv4 address."""


class AddressRefused(OSError):
    """An address that may not be connected to. An `OSError`, so that the next address of the same name is tried."""

    def __init__(self) -> None:
        super().__init__(errno.EACCES, "not a public address")


def public(address: str) -> bool:
    """Whether the whole internet can reach this address, and each one it may stand for."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return _public4(found) if isinstance(found, IPv4Address) else _public6(found)


def socket_to(allowed: AddressCheck, address: tuple[Any, ...]) -> socket.socket:
    """The socket for an address as `getaddrinfo` gives it. Raises `AddressRefused`."""
    family, kind, protocol, _, (host, *_) = address
    if not allowed(host):
        raise AddressRefused
    return socket.socket(family, kind, protocol)


def _public4(address: IPv4Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _public6(address: IPv6Address) -> bool:
    if address.scope_id is not None:
        return False
    if address.ipv4_mapped is not None:
        return _public4(address.ipv4_mapped)
    if address in _NAT64:
        return _public4(IPv4Address(int(address) & 0xFFFF_FFFF))
    if address not in _UNICAST or not address.is_global or any(address in network for network in _SPECIAL):
        return False
    # Teredo (2001::/32) is not global; of 6to4 only the prefix is.
    return address.sixtofour is None or _public4(address.sixtofour)
