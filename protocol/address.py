"""Where an engine listens, as it is written in settings and on the command line: unix:PATH or tcp:HOST:PORT."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path

FORMS = "unix:PATH or tcp:HOST:PORT"
_SOCKET_PATH_BYTES = 103
"""The shortest that systems allow (macOS; Linux takes four more)."""


@dataclass(frozen=True, slots=True)
class UnixAddress:
    path: Path

    def __post_init__(self) -> None:
        if (length := len(bytes(self.path))) > _SOCKET_PATH_BYTES:
            raise ValueError(
                f"the path of a Unix socket must be at most {_SOCKET_PATH_BYTES} bytes long, "
                f"and {self.path} has {length}; name a shorter one"
            )

    @property
    def loopback(self) -> bool:
        return True

    def __str__(self) -> str:
        return f"unix:{self.path}"


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """Port 0 lets the system choose a free one."""

    host: str
    port: int

    def __post_init__(self) -> None:
        if not self.host or not 0 <= self.port <= 65535:
            raise ValueError(f"a TCP address takes a host and a port from 0 to 65535, not {self}")

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it; a name other than localhost counts as reachable from anywhere."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"tcp:{host}:{self.port}"


Address = UnixAddress | TcpAddress


def parse_address(text: str) -> Address:
    """Raises ValueError with a sentence that says what an address looks like."""
    kind, _, rest = text.partition(":")
    if kind == "unix" and rest:
        return UnixAddress(Path(rest).expanduser())
    host, _, port = rest.rpartition(":")
    if kind == "tcp" and host and port.isascii() and port.isdecimal() and len(port) <= 5:
        bare = host.removeprefix("[").removesuffix("]") if host.startswith("[") else host
        return TcpAddress(bare, int(port))
    raise ValueError(f"an address is {FORMS}, not {text[:80]!r}")
