"""Components of a message, of both kinds: rows only, and the layouts that the flag IS_COMPONENTS_V2 brings."""

from collections.abc import Callable, Collection

from playground.limits import codes
from playground.limits.buttons import check_button
from playground.limits.embeds import COLOURS
from playground.limits.files import Attached
from playground.limits.form import Form
from playground.limits.selects import SELECTS, check_select
from playground.limits.tally import Tally
from playground.limits.values import is_one_of, listed

ROW, BUTTON, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 1, 2, 9, 10, 11, 12, 13, 14, 17
LAYOUTS = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER)
ROWS = 5
MOST = 40
CHARACTERS = 4000


def check_rows(message: Form, attached: Attached) -> None:
    tally = Tally(attached)
    for row in message.forms("components", ROWS):
        check_component(row, (ROW,), tally)


def check_layout(message: Form, attached: Attached) -> None:
    tally = Tally(attached)
    for component in message.forms("components"):
        check_component(component, LAYOUTS, tally)
    if tally.components > MOST:
        message.wrong("components", codes.TOO_MANY)
    if tally.characters > CHARACTERS:
        message.wrong("components", codes.TOO_MUCH_TEXT)


def is_layout(message: Form) -> bool:
    """Whether there is a component that a message without the flag cannot have."""
    components = message.value.get("components")
    found = components if isinstance(components, list) else []
    return any(isinstance(one, dict) and is_one_of(one.get("type"), LAYOUTS[1:]) for one in found)


def check_component(component: Form, allowed: Collection[int], tally: Tally) -> None:
    kind = component.value.get("type")
    if kind is None:
        component.wrong(None, codes.TYPE_MISSING)
    elif not is_one_of(kind, allowed):
        component.wrong(None, codes.TYPE_UNKNOWN, choices=listed(allowed))
    else:
        tally.add(component)
        _CHECKS[int(kind)](component, tally)


def check_text(text: Form, tally: Tally) -> None:
    tally.characters += len(text.text("content", CHARACTERS, 1, needed=True) or "")


def _check_row(row: Form, tally: Tally) -> None:
    parts = row.forms("components", 5, 1, needed=True)
    for part in parts:
        check_component(part, (BUTTON, *SELECTS), tally)
    for part in parts[1:]:
        if is_one_of(part.value.get("type"), SELECTS) or is_one_of(parts[0].value.get("type"), SELECTS):
            part.wrong(None, codes.WIDTH)


def _check_section(section: Form, tally: Tally) -> None:
    for text in section.forms("components", 3, 1, needed=True):
        check_component(text, (TEXT,), tally)
    if accessory := section.form("accessory", needed=True):
        check_component(accessory, (BUTTON, THUMBNAIL), tally)


def _check_media(item: Form, tally: Tally) -> None:
    item.text("description", 1024, 1)
    item.boolean("spoiler")
    if media := item.form("media", needed=True):
        tally.attached.check(media, "url", needed=True)


def _check_gallery(gallery: Form, tally: Tally) -> None:
    for item in gallery.forms("items", 10, 1, needed=True):
        _check_media(item, tally)


def _check_file(file: Form, tally: Tally) -> None:
    file.boolean("spoiler")
    if media := file.form("file", needed=True):
        tally.attached.check(media, "url", only=True, needed=True)


def _check_separator(separator: Form, tally: Tally) -> None:
    separator.boolean("divider")
    separator.choice("spacing", (1, 2))


def _check_container(container: Form, tally: Tally) -> None:
    container.number("accent_color", 0, COLOURS)
    container.boolean("spoiler")
    for component in container.forms("components", MOST, 1, needed=True):
        check_component(component, LAYOUTS[:-1], tally)


_CHECKS: dict[int, Callable[[Form, Tally], None]] = {
    ROW: _check_row,
    BUTTON: check_button,
    **dict.fromkeys(SELECTS, check_select),
    SECTION: _check_section,
    TEXT: check_text,
    THUMBNAIL: _check_media,
    GALLERY: _check_gallery,
    FILE: _check_file,
    SEPARATOR: _check_separator,
    CONTAINER: _check_container,
}
