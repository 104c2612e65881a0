"""What is counted over all components of one message or modal."""

from dataclasses import dataclass, field

from playground.limits import codes
from playground.limits.files import Attached
from playground.limits.form import Form


@dataclass(slots=True)
class Tally:
    attached: Attached = field(default_factory=lambda: Attached(frozenset()))
    components: int = 0
    characters: int = 0
    """Of all text that is shown."""
    custom_ids: set[str] = field(default_factory=set)
    ids: set[int] = field(default_factory=set)

    def add(self, component: Form) -> None:
        self.components += 1
        id = component.number("id", 0)
        if id in self.ids:
            component.wrong("id", codes.ID_TWICE)
        if id:
            self.ids.add(int(id))

    def add_custom_id(self, component: Form, *, needed: bool = True) -> None:
        custom_id = component.text("custom_id", 100, 1, needed=needed)
        if custom_id in self.custom_ids:
            component.wrong("custom_id", codes.CUSTOM_ID_TWICE)
        if custom_id is not None:
            self.custom_ids.add(custom_id)
