"""Members' preferences at hand: read once, then from memory."""

from collections import OrderedDict

from bot.preferences import Preferences, sound
from bot.store.preferences import PreferenceStore

_AT_HAND = 10_000


class Members:
    def __init__(self, store: PreferenceStore) -> None:
        self._store = store
        self._known: OrderedDict[int, Preferences] = OrderedDict()

    async def of(self, user_id: int) -> Preferences:
        """Those that can be used today. Raises `StoreFailed`."""
        if user_id not in self._known:
            read = sound(await self._store.of(user_id))
            if user_id not in self._known:  # otherwise they were changed while they were read
                self._keep(user_id, read)
        self._known.move_to_end(user_id)
        return self._known[user_id]

    async def set(self, user_id: int, preferences: Preferences) -> None:
        await self._store.set(user_id, preferences)
        self._keep(user_id, preferences)

    async def forget(self, user_id: int) -> None:
        await self._store.remove(user_id)
        self._known.pop(user_id, None)

    def _keep(self, user_id: int, preferences: Preferences) -> None:
        self._known[user_id] = preferences
        while len(self._known) > _AT_HAND:
            self._known.popitem(last=False)
