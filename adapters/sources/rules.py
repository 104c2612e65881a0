"""What the connections to other people's machines are held to."""

from dataclasses import dataclass

from adapters.sources.hosts import check_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Raises `InvalidRequest` for an entry of `hosts` that is none."""

    hosts: tuple[str, ...] = ()
    """Hosts that may be asked: a name, `.name` for every name below it, or `*` for every name there is. Those of the
    sources themselves come with them (`table.connected`)."""
    redirects: int = 5
    json_bytes: int = 4 * 2**20

    connect_seconds: float = 10.0
    answer_seconds: float = 30.0
    """From asking to the end of the answer's head."""
    silence_seconds: float = 30.0
    """Without a single byte."""
    json_seconds: float = 30.0
    """For a JSON answer and the redirects before it, all together."""
    slow_seconds: float = 60.0
    slow_bytes: int = 4096
    """A file that arrives with fewer bytes a second than this, over `slow_seconds`, is given up."""

    tries: int = 5
    pause_seconds: float = 2.0
    """Between one try and the next."""

    def __post_init__(self) -> None:
        for entry in self.hosts:
            check_entry(entry)
