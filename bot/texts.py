"""What members read, in their language: short and kind. A text that a language lacks is shown in English."""

from collections.abc import Mapping

LOCALES = ("en", "ru")

_TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "queued": "You are #{place} in line{eta}.",
        "next": "You are next.",
        "about": ", about <t:{at}:R>",
        "painting": "Painting {bar} {step}/{steps}",
        "result": "> {prompt}\n-# {facts} · <@{user}>",
        "cancelled": "Cancelled.",
        "failed": "This picture could not be painted. {why}",
        "engine_crashed": "The engine stopped twice while painting it.",
        "deleted": "Deleted.",
        "not_yours": "Only the one who asked for it, or a moderator, can do that.",
        "gone": "This picture is not known here any more.",
        "too_late": "It is finished already.",
        "too_many": "You have {count} pictures waiting already. Let one finish, or cancel it.",
        "wrong": "Something went wrong here. It was written down; please try again.",
        "cut": "Not read, as the prompt is too long: {cut}",
        "cancel": "Cancel",
        "again": "Again",
        "delete": "Delete",
    },
    "ru": {
        "queued": "Вы {place}-й в очереди{eta}.",
        "next": "Вы следующий.",
        "about": ", примерно <t:{at}:R>",
        "painting": "Рисую {bar} {step}/{steps}",
        "result": "> {prompt}\n-# {facts} · <@{user}>",
        "cancelled": "Отменено.",
        "failed": "Эту картинку не удалось нарисовать. {why}",
        "engine_crashed": "Движок дважды остановился, пока рисовал её.",
        "deleted": "Удалено.",
        "not_yours": "Это может сделать только тот, кто её попросил, или модератор.",
        "gone": "Эта картинка здесь больше не известна.",
        "too_late": "Она уже готова.",
        "too_many": "У вас уже ждут картинки: {count}. Дождитесь одной из них или отмените её.",
        "wrong": "Здесь что-то пошло не так. Это записано; попробуйте ещё раз.",
        "cut": "Не прочитано, запрос слишком длинный: {cut}",
        "cancel": "Отменить",
        "again": "Ещё раз",
        "delete": "Удалить",
    },
}
COMMANDS: Mapping[str, str] = {
    "Paint a picture": "Нарисовать картинку",
    "What to paint": "Что нарисовать",
    "The style to paint it in": "В каком стиле",
    "How strongly, 1 is as the style was made": "Насколько сильно, 1 — как задумано",
    "What not to paint": "Чего не рисовать",
    "The same seed paints the same picture": "Одно и то же зерно рисует одну и ту же картинку",
    "How many pictures": "Сколько картинок",
    "More steps are finer and slower": "Больше шагов — тщательнее и дольше",
}
"""What the command picker shows, in Russian."""


def locale_of(discord_locale: str) -> str:
    """Of those there are, the one nearest to a client's or a server's."""
    short = discord_locale.partition("-")[0]
    return short if short in LOCALES else LOCALES[0]


def text(locale: str, key: str, **values: object) -> str:
    known = _TEXTS.get(locale, _TEXTS[LOCALES[0]])
    return known.get(key, _TEXTS[LOCALES[0]][key]).format(**values)
