"""Names and descriptions in people's own languages."""

from collections.abc import Callable

from playground.limits import codes
from playground.limits.form import Form
from playground.limits.values import listed

LOCALES = (
    *(
        "ar",
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "en-GB",
        "en-US",
        "es-419",
        "es-ES",
        "fi",
        "fr",
        "he",
        "hi",
        "hr",
        "hu",
        "id",
    ),
    *("it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th", "tr", "uk", "vi", "zh-CN", "zh-TW"),
)


def check_localizations(
    owner: Form, key: str, most: int, *, valid: Callable[[str], bool] = bool, at_each: bool = True
) -> None:
    """`valid` judges a text that has the right length; what it refuses is told `at_each` language, or once."""
    given = owner.value.get(key)
    if given is None:
        return
    if not isinstance(given, dict):
        owner.wrong(key, codes.DICT)
        return
    texts = Form(given, owner.at(key), owner.wrongs)
    for locale in list(given)[: len(LOCALES) + 1]:
        if locale not in LOCALES:
            told = locale if locale.replace("-", "").replace("_", "").isalnum() and locale[0] != "_" else None
            texts.wrong(told, codes.CHOICES, choices=listed(LOCALES))
        elif (text := texts.text(locale, most, 1, needed=True)) is not None and not valid(text):
            texts.wrong(locale if at_each else None, codes.COMMAND_NAME)
