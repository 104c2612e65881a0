"""Fetches Discord's own description of its API into the cache folder: `make discord-spec`."""

import sys
import urllib.request
from pathlib import Path

from playground.spec import cached, document_in

URL = "https://raw.githubusercontent.com/discord/discord-api-spec/main/specs/openapi.json"
SECONDS = 30


class Unfetched(Exception):
    """Says why there is no document."""


def fetch(path: Path, url: str = URL) -> None:
    """The file is there as a whole or not at all. Raises `Unfetched`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as answer:
            part.write_bytes(answer.read())
        document_in(part)
        part.replace(path)
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise Unfetched(f"Discord's document could not be fetched from {url}: {reason}. Is there a network?") from error
    except ValueError as error:
        raise Unfetched(f"What {url} gives is not Discord's document: {error}") from error
    finally:
        part.unlink(missing_ok=True)


def main() -> int:
    path = cached()
    try:
        fetch(path)
    except Unfetched as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Discord's document is at {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
