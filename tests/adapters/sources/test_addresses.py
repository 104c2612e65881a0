import socket

import pytest

from adapters.sources.addresses import AddressRefused, public, socket_to


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "162.159.135.233", "2606:4700::6810:84e5", "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1"],
)
def test_what_the_whole_internet_can_reach_is_public(address: str) -> None:
    assert public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.8.8.8",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:0:10.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::1.1.1.1",
        "100::1",
        "2001:0:7f00:1::",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:a00:1::",
        "2002:a9fe:a9fe::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00::1",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1%eth0",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "",
        "localhost",
        "example.org",
        "1.1.1",
        "0x7f.1",
        "2130706433",
        "1.1.1.1%eth0",
    ],
)
def test_what_only_neighbours_can_reach_is_not_public_nor_what_stands_for_it(address: str) -> None:
    assert not public(address)


def test_no_socket_is_made_for_an_address_that_is_refused() -> None:
    inside = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("10.0.0.1", 443))
    with pytest.raises(AddressRefused):
        socket_to(public, inside)
    with socket_to(lambda address: address == "10.0.0.1", inside) as made:
        assert made.family == socket.AF_INET
