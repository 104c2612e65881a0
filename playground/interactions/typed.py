"""What a person typed for a command, checked as Discord's client does, and as the bot is told it."""

from collections.abc import Mapping
from typing import Any

from playground.interactions.errors import NotThere, Refused
from playground.interactions.resolved import Resolved
from playground.world.messages import Attachment

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(1, 12)
LARGEST = 2**53
"""Numbers are typed between this and its negative."""
LONGEST = 6000
"""Characters of a text, where the command says nothing."""
Options = list[dict[str, Any]]


class Typed:
    """`files` are the uploads by the names of their options. `focused` asks for autocompletion: what is required may
    be missing yet, and the option in focus is whatever was typed."""

    def __init__(
        self, resolved: Resolved, files: Mapping[str, Attachment], *, focused: bool, largest_file: int = 10 * 2**20
    ) -> None:
        self._resolved = resolved
        self._files = files
        self._focused = focused
        self._largest_file = largest_file
        self.in_focus = 0
        """How many options were, so far."""

    def options(self, registered: Options, given: Options) -> Options:
        """`registered` are those of the command, `given` what was typed. Raises `Refused`."""
        parts = [part for part in registered if part["type"] in (SUBCOMMAND, GROUP)]
        return [self._part(parts, given)] if parts else self._values(registered, given)

    def _part(self, parts: Options, given: Options) -> dict[str, Any]:
        """A subcommand or a group of them: one is chosen."""
        if len(given) != 1:
            raise Refused("One subcommand is to be chosen: " + ", ".join(part["name"] for part in parts) + ".")
        part = _named(parts, given[0].get("name"))
        inner = given[0].get("options") or []
        if not isinstance(inner, list) or not all(isinstance(one, dict) for one in inner):
            raise Refused("The options of a subcommand are a list of objects.")
        return {
            "name": part["name"],
            "type": part["type"],
            "options": self.options(part.get("options") or [], inner),
        }

    def _values(self, registered: Options, given: Options) -> Options:
        names = [str(option.get("name")) for option in given]
        if len(set(names)) != len(names):
            raise Refused("An option is given twice.")
        there = {option["name"] for option in registered if option["type"] == ATTACHMENT}
        files = [{"name": name} for name in self._files if name in there and name not in names]
        found = [self._value(_named(registered, option.get("name")), option) for option in [*given, *files]]
        told = {option["name"] for option in found}
        missing = [option["name"] for option in registered if option.get("required") and option["name"] not in told]
        if missing and not self._focused:
            raise Refused(f"This option is required. Specify a value: {', '.join(missing)}.")
        return found

    def _value(self, option: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        form: dict[str, Any] = {"name": option["name"], "type": option["type"]}
        if given.get("focused"):
            if not self._focused or not option.get("autocomplete"):
                raise Refused(f"{option['name']} has no autocompletion.")
            self.in_focus += 1
            return form | {"value": str(given.get("value") or ""), "focused": True}
        value = self._read(option, given.get("value"))
        choices = [choice["value"] for choice in option.get("choices") or []]
        if choices and value not in choices:
            raise Refused(f"{option['name']}: {value} is not one of the choices.")
        return form | {"value": value}

    def _read(self, option: Mapping[str, Any], value: Any) -> Any:
        name = option["name"]
        match option["type"]:
            case 3:
                return _text(option, value)
            case 4 | 10:
                return _number(option, value)
            case 5:
                if not isinstance(value, bool):
                    raise Refused(f"{name} is true or false.")
                return value
            case 6:
                return self._resolved.user(value)
            case 7:
                return self._resolved.channel(value, option.get("channel_types"))
            case 8:
                return self._resolved.role(value)
            case 9:
                return self._resolved.mentionable(value)
            case _:
                return self._file(name)

    def _file(self, name: str) -> str:
        if (attachment := self._files.get(name)) is None:
            raise Refused(f"{name} wants a file.")
        if len(attachment.data) > self._largest_file:
            raise Refused(f"Your files are too powerful. Max file size: {self._largest_file // 2**20} MB.")
        return self._resolved.attachment(attachment)


def _named(options: Options, name: object) -> dict[str, Any]:
    for option in options:
        if option["name"] == name:
            return option
    raise NotThere(f"The command has no option {name}.")


def _text(option: Mapping[str, Any], value: object) -> str:
    if not isinstance(value, str) or not value:
        raise Refused(f"{option['name']} is a text.")
    least, most = option.get("min_length") or 0, option.get("max_length") or LONGEST
    if not least <= len(value) <= most:
        raise Refused(f"{option['name']} has between {least} and {most} characters; this has {len(value)}.")
    return value


def _number(option: Mapping[str, Any], value: object) -> int | float:
    name, whole = option["name"], option["type"] == INTEGER
    if isinstance(value, bool) or not isinstance(value, int | float) or (whole and value != int(value)):
        raise Refused(f"{name} is a {'whole ' if whole else ''}number.")
    least, most = option.get("min_value"), option.get("max_value")
    if (least is not None and value < least) or (most is not None and value > most) or abs(value) > LARGEST:
        bounds = f"at least {least}" if most is None else f"at most {most}" if least is None else f"{least} to {most}"
        raise Refused(f"{name} is {bounds if least is not None or most is not None else 'too large'}.")
    return int(value) if whole else value
