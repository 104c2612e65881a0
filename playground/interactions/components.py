"""Finding what can be clicked in a message, and judging what a person chose there."""

from typing import Any

from playground.interactions.errors import MayNot, NotThere, Refused
from playground.interactions.resolved import Resolved
from playground.rest.component_tree import walk

BUTTON, STRING_SELECT, TEXT_INPUT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = range(2, 9)
LABEL, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 18, 19, 21, 22, 23
SELECTS = (STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT)
Component = dict[str, Any]


def find(components: list[Component], custom_id: str, kinds: tuple[int, ...]) -> Component:
    """Raises `NotThere`, or `MayNot` where it is disabled."""
    for component in walk(components):
        if component.get("custom_id") == custom_id and component["type"] in kinds:
            if component.get("disabled"):
                raise MayNot("That is disabled.")
            return component
    raise NotThere("There is no such button or menu on that message.")


def chosen(component: Component, values: list[object], resolved: Resolved) -> list[str]:
    """The values of a select, as the bot is told them. Raises `Refused`."""
    least, most = bounds(component)
    told = [str(value) for value in values]
    if len(set(told)) != len(told):
        raise Refused("Something is chosen twice.")
    if not least <= len(told) <= most:
        wanted = f"exactly {least}" if least == most else f"{least} to {most}"
        raise Refused(f"Choose {wanted}; {len(told)} are chosen.")
    return [_one(component, value, resolved) for value in told]


def bounds(component: Component) -> tuple[int, int]:
    """How few and how many values can be chosen: one, where nothing is said."""
    least, most = component.get("min_values"), component.get("max_values")
    return (1 if least is None else int(least)), (1 if most is None else int(most))


def _one(component: Component, value: str, resolved: Resolved) -> str:
    match component["type"]:
        case 3:
            if value not in [option["value"] for option in component["options"]]:
                raise Refused(f"{value} is not one of the options.")
            return value
        case 5:
            return resolved.user(value)
        case 6:
            return resolved.role(value)
        case 7:
            return resolved.mentionable(value)
        case _:
            return resolved.channel(value, component.get("channel_types"))
