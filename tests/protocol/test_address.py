from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.address import Address, TcpAddress, UnixAddress, parse_address

ADDRESSES = st.one_of(
    st.builds(UnixAddress, st.text("abc/._-: ", min_size=1, max_size=60).map(lambda path: Path("/" + path))),
    st.builds(
        TcpAddress, st.sampled_from(("127.0.0.1", "localhost", "::1", "fe80::1", "a.example")), st.integers(0, 65535)
    ),
)


@given(ADDRESSES)
def test_an_address_is_read_as_it_is_written(address: Address) -> None:
    assert parse_address(str(address)) == address


def test_a_home_folder_in_a_path_is_filled_in() -> None:
    assert parse_address("unix:~/engine.sock") == UnixAddress(Path.home() / "engine.sock")


@pytest.mark.parametrize("text", ["", "unix", "unix:", "/a.sock", "tcp:", "tcp:a", "tcp:a:b", "tcp:a:-1", "udp:a:1"])
def test_what_is_no_address_is_refused_with_what_one_looks_like(text: str) -> None:
    with pytest.raises(ValueError, match="unix:PATH or tcp:HOST:PORT"):
        parse_address(text)
