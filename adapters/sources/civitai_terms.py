"""Civitai's marks on a model: who may do what with it, and who may see it."""

from typing import Any

from adapters import words
from adapters.sources import shape

_ADULT = 4 | 8 | 16 | 32
"""Bits of `nsfwLevel`: 1 PG, 2 PG13, 4 R, 8 X, 16 XXX, 32 blocked."""
_USES = {
    "image": "selling pictures",
    "rentcivit": "paid painting on Civitai",
    "rent": "paid painting anywhere",
    "sell": "selling the file",
}


def adult(model: dict[str, Any], version: dict[str, Any]) -> bool | None:
    """None where the site does not say."""
    level = shape.whole(version.get("nsfwLevel"))
    if level is None:
        level = shape.whole(model.get("nsfwLevel"))
    flag = model.get("nsfw")
    if level is None and not isinstance(flag, bool):
        return None
    return flag is True or bool((level or 0) & _ADULT)


def forbidden(model: dict[str, Any], version: dict[str, Any]) -> bool:
    """Adult, and of somebody real or under age."""
    return adult(model, version) is True and (model.get("minor") is True or model.get("poi") is True)


def licence(model: dict[str, Any]) -> str:
    """The four permissions as one short text; empty where the site gives none."""
    parts = [
        _commercial(model.get("allowCommercialUse")),
        "credit needed" if model.get("allowNoCredit") is False else "",
        "no derivatives" if model.get("allowDerivatives") is False else "",
        "derivatives under the same terms" if model.get("allowDifferentLicense") is False else "",
    ]
    said = [part for part in parts if part]
    return words.line(f"Civitai: {'; '.join(said)}") if said else ""


def _commercial(value: object) -> str:
    """`value` is a list, or a text such as `Sell` or `{Image,Rent}` as older answers have it."""
    if not isinstance(value, str | list):
        return ""
    given = {word.strip().lower() for text in shape.texts(value) for word in text.strip("{}").split(",")}
    uses = [use for word, use in _USES.items() if word in given]
    return f"commercial use for {', '.join(uses)}" if uses else "no commercial use"
