"""Sentences of errors as members read them. They are written in English, where they arise, for programs and operators
as well: here they are put into Russian, and what only an operator can use is left out."""

import re
from dataclasses import dataclass

_FIELDS = {
    "prompt": "Запрос",
    "negative": "Чего не рисовать",
    "negative_prompt": "Чего не рисовать",
    "style": "Стиль",
    "steps": "Шаги",
    "guidance_scale": "Следование словам",
    "seed": "Зерно",
    "size": "Размер",
    "strength": "Отход от картинки",
    "weight of an adapter": "Сила стиля",
}
_FIELD = "field"


@dataclass(frozen=True, slots=True)
class _Sentence:
    """`pattern` has {names} for what differs; an empty `en` leaves it as it is."""

    pattern: str
    ru: str
    en: str = ""

    def fitting(self, sentence: str) -> dict[str, str] | None:
        """What stands for its names."""
        parts = re.split(r"\{(\w+)\}", self.pattern)
        expression = "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
        match = re.fullmatch(expression, sentence, re.DOTALL)
        return None if match is None else match.groupdict()


_SENTENCES = (
    _Sentence("{field} must not be empty.", "Поле «{field}» не может быть пустым."),
    _Sentence(
        "{field} must be at most {most} characters long, and this one is {length}.",
        "Поле «{field}» вмещает не больше {most} символов, а здесь их {length}.",
    ),
    _Sentence(
        "{field} must not hold control characters, and this one holds {which}.",
        "В поле «{field}» не может быть управляющих символов, а в нём есть {which}.",
    ),
    _Sentence(
        "adapters must differ, and {which} is there twice.",
        "Это один и тот же стиль под двумя именами. Смешать можно только разные.",
        "These are one style under two names. Only different ones can be blended.",
    ),
    _Sentence(
        "The picture to paint over is not there any more.", "Картинки, поверх которой надо рисовать, там больше нет."
    ),
    _Sentence(
        "The picture to paint over could not be fetched.",
        "Картинку, поверх которой надо рисовать, не удалось загрузить. Попробуйте ещё раз.",
        "The picture to paint over could not be fetched. Please try again.",
    ),
    _Sentence(
        "The picture to paint over has too many pixels.",
        "В картинке, поверх которой надо рисовать, слишком много пикселей.",
    ),
    _Sentence(
        "The picture to paint over is larger than {mib} MiB.",
        "Картинка, поверх которой надо рисовать, больше {mib} МиБ.",
    ),
    _Sentence(
        "What to paint over must be a PNG, JPEG or WebP picture, and whole.",
        "Рисовать можно поверх целой картинки PNG, JPEG или WebP.",
    ),
    _Sentence(
        "A strength of {strength} needs at least {least} steps, not {steps}.",
        "При отходе {strength} нужно шагов не меньше {least}, а здесь их {steps}.",
    ),
    _Sentence(
        "The sampler lcm takes at most {most} steps, not {steps}; 4 to 8 are usual.",
        "Сэмплеру lcm можно дать не больше {most} шагов, а здесь их {steps}; обычно хватает от 4 до 8.",
    ),
    _Sentence(
        "size {size} is more than this engine's {most} pixels.",
        "{size} — больше, чем рисует этот движок.",
        "{size} is more than this engine paints.",
    ),
    _Sentence(
        "This base cannot be painted with the sampler {name}; it takes {known}.",
        "Сэмплер {name} этой базе не подходит; подходят {known}.",
    ),
    _Sentence(
        "This base is painted with {known}, not {name}.", "Сэмплер {name} этой базе не подходит; подходит {known}."
    ),
    _Sentence("This base cannot start from a picture.", "Эта база не умеет рисовать поверх картинки."),
    _Sentence("This base takes no negative prompt.", "Этой базе нельзя сказать, чего не рисовать."),
    _Sentence(
        "These adapters take {needed} pages of rank {rank} together, and the engine has {pages}.",
        "Вместе эти стили слишком велики для движка.",
        "Together these styles are too large for the engine.",
    ),
    _Sentence(
        "The picture's numbers are not finite; the adapter to blame is among {which}. Try a lower weight.",
        "С этим стилем картинка не получилась. Попробуйте сделать его слабее.",
        "No picture came out with this style. Try a lower weight.",
    ),
    _Sentence(
        "The adapter of the style {style} is {wrong}.",
        "Стилем {style} сейчас рисовать нельзя: его файл изменён или пропал. Подробности видит тот, кто меня запустил.",
        "The style {style} cannot be painted in now: its file was changed, or is missing. Whoever runs me can see why.",
    ),
    _Sentence(
        "The adapter {which} is in none of the styles here any more.",
        "Этого стиля здесь больше нет.",
        "This style is not here any more.",
    ),
    _Sentence(
        "The engine has {count} requests waiting already; ask again in a while.",
        "Движок сейчас занят. Попробуйте чуть позже.",
        "The engine is busy now. Please try again in a while.",
    ),
    _Sentence(
        "Other programs use the GPU's memory now; try again when they are done.",
        "Движку сейчас не хватает памяти. Попробуйте чуть позже.",
        "The engine is short of memory now. Please try again in a while.",
    ),
)


def translated(locale: str, sentence: str) -> str:
    """What a member reads of an error's sentence; one that is not known here as it is."""
    for one in _SENTENCES:
        if (found := one.fitting(sentence)) is None:
            continue
        if locale != "ru":
            return one.en.format(**found) if one.en else sentence
        if _FIELD in found:
            found[_FIELD] = _FIELDS.get(found[_FIELD], found[_FIELD])
        return one.ru.format(**found)
    return sentence
