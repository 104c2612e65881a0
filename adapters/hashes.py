"""The hashes an adapter file goes by."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from protocol.errors import AdapterRefused

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Hashes:
    sha256: str
    data_sha256: str
    """Of what follows the header: the same when a file is only renamed or described anew."""

    @property
    def auto_v2(self) -> str:
        """As Civitai and A1111 call files."""
        return self.sha256[:10]

    @property
    def auto_v3(self) -> str:
        return self.data_sha256[:12]


def hashes_of(path: Path, header_length: int) -> Hashes:
    """Both in one pass. Raises `AdapterRefused` where the file cannot be read."""
    whole, data = hashlib.sha256(), hashlib.sha256()
    try:
        with path.open("rb") as file:
            whole.update(file.read(header_length))
            while chunk := file.read(_CHUNK):
                whole.update(chunk)
                data.update(chunk)
    except OSError as wrong:
        raise AdapterRefused(f"The adapter {path} cannot be read: {wrong.strerror}.") from wrong
    return Hashes(whole.hexdigest(), data.hexdigest())
