"""The files that can be had from the CDN."""

from playground.world.messages import Attachment, Message

KEPT_BYTES = 256 * 2**20
"""Of all files, those in messages aside."""


class Files:
    """Those that had an address lately; `messages` are all that there are, by channel and id, with files of their
    own."""

    def __init__(self, messages: dict[int, dict[int, Message]]) -> None:
        self._messages = messages
        self._kept: dict[int, Attachment] = {}
        self._bytes = 0

    def keep(self, file: Attachment) -> None:
        """The ones addressed longest ago are forgotten past `KEPT_BYTES`."""
        if self._kept.pop(file.id, None) is None:
            self._bytes += len(file.data)
        self._kept[file.id] = file
        while self._bytes > KEPT_BYTES and len(self._kept) > 1:
            oldest = self._kept.pop(next(iter(self._kept)))
            self._bytes -= len(oldest.data)

    def find(self, channel: int, id: int) -> Attachment | None:
        """A file that is forgotten here may be in a message of the channel still."""
        if (kept := self._kept.get(id)) is not None:
            return kept
        messages = self._messages.get(channel, {}).values()
        return next((file for message in messages for file in message.attachments if file.id == id), None)
