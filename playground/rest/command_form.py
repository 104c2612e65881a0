"""A command as Discord writes it: everything a bot left out filled in."""

from typing import Any

from playground.world.apps import CHAT_INPUT, FOR_GUILD, FOR_USER, Command

TRANSLATIONS = ("name_localizations", "description_localizations")
_OPTION = ("type", "name", "name_localizations", "description", "description_localizations")


def body_of(given: dict[str, Any], guild_id: int | None) -> dict[str, Any]:
    """From what a bot sent to register."""
    type = given.get("type") or CHAT_INPUT
    permissions = given.get("default_member_permissions")
    body: dict[str, Any] = {
        "type": type,
        "name": given["name"],
        "name_localizations": given.get("name_localizations") or None,
        "description": given.get("description") or "",
        "description_localizations": given.get("description_localizations") or None,
        "default_member_permissions": None if permissions is None else str(permissions),
        "nsfw": bool(given.get("nsfw")),
        "integration_types": [FOR_GUILD],
        "contexts": None,
    }
    if guild_id is None:
        contexts = given.get("contexts")
        allowed = given.get("dm_permission")
        body |= {
            "integration_types": given.get("integration_types") or [FOR_GUILD, FOR_USER],
            "contexts": contexts,
            # The older way to say whether it is there in direct messages; each follows from the other.
            "dm_permission": (1 in contexts) if contexts is not None else allowed is not False,
        }
    if type == CHAT_INPUT:
        body["options"] = [_option(option) for option in given.get("options") or []]
    return body


def _option(given: dict[str, Any]) -> dict[str, Any]:
    form = {key: given.get(key) or None for key in _OPTION}
    form |= {key: value for key, value in given.items() if key not in _OPTION and value is not None}
    if "options" in form:
        form["options"] = [_option(option) for option in form["options"] or []]
    if "choices" in form:
        form["choices"] = [{"name_localizations": None} | choice for choice in form["choices"] or []]
    return form


def shown(command: Command, *, translations: bool = True) -> dict[str, Any]:
    """`translations`: a list of commands has them only when asked to."""
    form = command.to_json()
    return form if translations else _without_translations(form)


def _without_translations(form: dict[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in form.items() if key not in TRANSLATIONS}
    for parts in ("options", "choices"):
        if parts in found:
            found[parts] = [_without_translations(part) for part in found[parts]]
    return found
