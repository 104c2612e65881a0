"""How a server's settings read: each value in words, and what changed from one to the other."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.quoting import quoted
from bot.servers.settings import NAMES, ServerSettings
from bot.texts import LANGUAGES, number, text

Json = dict[str, Any]
_ITEMS = 5
"""Of a list, in one line."""
_KEPT = 10
"""Of what was put into a list, or taken out of it, in the trail."""
_WORD, _WORDS = 60, 120
"""Characters of what admins wrote, for one word and for a sentence."""
CHANNELS = ("channels",)
ROLES = ("roles", "style_roles")
BY_ROLE = ("role_quotas", "role_weights")
_LISTS = (*CHANNELS, *ROLES, *BY_ROLE, "blocked_words", "hidden_styles")

_UNSET = {
    "channels": "settings_anywhere",
    "roles": "settings_everybody",
    "style_roles": "settings_only_admins",
    "language": "settings_as_discord",
    **dict.fromkeys(("quota", "most_side", "most_steps", "most_count"), "settings_no_limit"),
    **dict.fromkeys(("log_channel", "blocked_words", "hidden_styles", *BY_ROLE), "settings_none"),
}


def said(name: str, raw: Any, locale: str, *, most: int = _ITEMS) -> str:
    """A setting's value as `ServerSettings.everything` has it; of a list so many items."""
    if raw is None or raw in ([], {}):
        return text(locale, _UNSET.get(name, "settings_unset"))
    if isinstance(raw, bool):
        return text(locale, "settings_yes" if raw else "settings_no")
    if name in _LISTS:
        items = _items(name, raw)
        return _listed(name, items[:most], len(items), locale)
    if name == "log_channel":
        return f"<#{raw}>"
    if name == "language":
        return LANGUAGES.get(raw, str(raw))
    return number(locale, raw) if isinstance(raw, float) else quoted(str(raw), _WORDS)


def differences(old: ServerSettings, new: ServerSettings) -> list[Json]:
    """What the trail keeps of each setting that is another one."""
    before, after = old.everything(), new.everything()
    return [_difference(name, before[name], after[name]) for name in NAMES if before[name] != after[name]]


def difference_said(one: Mapping[str, Any], locale: str) -> str:
    """One of `differences`."""
    name = one["setting"]
    setting = text(locale, f"setting_{name}")
    if "old" in one:
        old, new = (said(name, one[part], locale) for part in ("old", "new"))
        return text(locale, "settings_from_to", setting=setting, old=old, new=new)
    parts = [
        text(locale, f"settings_{part}", items=_listed(name, one[part], one[f"{part}_count"], locale))
        for part in ("added", "removed")
        if one[part]
    ]
    return f"{setting}: {'; '.join(parts)}"


def changes_said(changes: Sequence[Mapping[str, Any]], locale: str, most: int) -> str:
    """`differences` on a line each, of at most so many characters."""
    lines = [difference_said(one, locale) for one in changes]
    shown: list[str] = []
    for line in lines:
        if sum(len(one) + 1 for one in (*shown, line)) > most - 40:
            shown.append(text(locale, "settings_more_changes", count=len(lines) - len(shown)))
            break
        shown.append(line)
    return "\n".join(shown)


def _listed(name: str, items: Sequence[Any], count: int, locale: str) -> str:
    """The first items of so many."""
    shown = ", ".join(_item(name, one, locale) for one in items)
    more = count - len(items)
    return text(locale, "settings_more", shown=shown, count=more) if more > 0 else shown


def _difference(name: str, old: Any, new: Any) -> Json:
    if name not in _LISTS:
        return {"setting": name, "old": _cut(old), "new": _cut(new)}
    before, after = (_items(name, raw) for raw in (old, new))
    found = {
        "added": [one for one in after if one not in before],
        "removed": [one for one in before if one not in after],
    }
    kept = {part: items[:_KEPT] for part, items in found.items()}
    return {"setting": name, **kept, **{f"{part}_count": len(items) for part, items in found.items()}}


def _items(name: str, raw: Any) -> list[Any]:
    """Of a list as it is; of roles with a number each, pairs."""
    return [list(pair) for pair in raw.items()] if isinstance(raw, Mapping) else list(raw)


def _item(name: str, one: Any, locale: str) -> str:
    if name in BY_ROLE:
        role, value = one
        return f"<@&{role}> {number(locale, value)}"
    if name in CHANNELS:
        return f"<#{one}>"
    return f"<@&{one}>" if name in ROLES else quoted(str(one), _WORD)


def _cut(value: Any) -> Any:
    return f"{value[:_WORDS]}…" if isinstance(value, str) and len(value) > _WORDS else value
