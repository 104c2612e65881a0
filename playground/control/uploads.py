"""Files that people chose, before they are sent with a message, a command or a form."""

from collections.abc import Mapping

from playground.interactions.errors import NotThere, Refused
from playground.rest.call import Upload
from playground.rest.message_body import attachment_from
from playground.world.messages import Attachment
from playground.world.world import World

KEPT_BYTES = 256 * 2**20
"""In all; the oldest are forgotten past it."""


class Uploads:
    def __init__(self, world: World) -> None:
        self._world = world
        self._kept: dict[str, Upload] = {}

    def add(self, name: str, data: bytes) -> str:
        if not data:
            raise Refused("The file is empty.")
        id = str(self._world.new_id())
        self._kept[id] = Upload(0, name or "file", "", data)
        while len(self._kept) > 1 and sum(len(one.data) for one in self._kept.values()) > KEPT_BYTES:
            del self._kept[next(iter(self._kept))]
        return id

    def attachment(self, id: object) -> Attachment:
        """A new one each time it is sent."""
        if (upload := self._kept.get(str(id))) is None:
            raise NotThere(f"There is no upload {id}.")
        return attachment_from(self._world, upload)

    def of(self, named: Mapping[str, object]) -> dict[str, Attachment]:
        """By whatever `named` has each upload's id under."""
        return {name: self.attachment(id) for name, id in named.items()}
