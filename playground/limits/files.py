"""Files that come with a message: how many, how large, and what the message says of them."""

from dataclasses import dataclass

from playground.errors import DiscordError
from playground.limits import codes
from playground.limits.form import Form
from playground.sent import Sent

MOST = 10
REQUEST_BYTES = 25 * 2**20
"""Of all files of a request, unless a single one may be larger."""
STORED = 2**32
"""An id from here on is that of an attachment that Discord has; below, the index of a file in the request."""
PREFIX = "attachment://"


@dataclass(frozen=True, slots=True)
class Attached:
    """The names that a message may refer to with attachment://; None where they are not all known."""

    names: frozenset[str] | None

    def check(self, form: Form, key: str, *, only: bool = False, needed: bool = False) -> None:
        """An address: of the web, or of a file of the message (`only` that)."""
        url = form.value.get(key)
        if not isinstance(url, str) or not url.startswith(PREFIX):
            found = form.url(key, needed=needed)
            if only and found is not None:
                form.wrong(key, codes.MEDIA_NOT_ATTACHED)
        elif form.text(key, 2048) and self.names is not None and url.removeprefix(PREFIX) not in self.names:
            form.wrong(key, codes.MEDIA_MISSING)


def check_sizes(sent: Sent) -> None:
    """Raises `DiscordError` before the message itself is looked at, as Discord does."""
    if len(sent.files) > MOST:
        raise DiscordError(400, 30015, f"Maximum number of attachments in a message reached ({MOST})")
    sizes = [size for _, size in sent.files.values()]
    if any(size > sent.upload_bytes for size in sizes) or sum(sizes) > max(REQUEST_BYTES, sent.upload_bytes):
        raise DiscordError(413, 40005, "Request entity too large")


def attached(message: Form, sent: Sent, *, edits: bool) -> Attached:
    """Checks the list of attachments; an edit keeps those it names, and all where it names none."""
    names = {name for name, _ in sent.files.values()}
    known = not edits or message.has("attachments")
    for entry in message.forms("attachments", MOST):
        name = entry.text("filename", 1024, 1)
        entry.text("description", 1024)
        index = entry.snowflake("id", needed=True)
        if index is None:
            continue
        if index in sent.files:
            names |= {name} if name else set()
        elif edits and index >= STORED:
            known = False
        else:
            entry.wrong(None, codes.ATTACHMENT)
    return Attached(frozenset(names) if known else None)
