"""The buttons under pictures, and what they answer."""

EN = {
    "deleted": "Deleted.",
    "not_yours": "Only the one who asked for it, or a moderator, can do that.",
    "gone": "This picture is not known here any more.",
    "too_late": "It is finished already.",
    "wrong": "Something went wrong here. It was written down; please try again.",
    "cancel": "Cancel",
    "collect": "Collect",
    "again": "Again",
    "vary": "Vary",
    "vary_short": "V",
    "upscale": "Upscale",
    "upscale_short": "U",
    "delete": "Delete",
}
RU = {
    "deleted": "Удалено.",
    "not_yours": "Это может сделать только тот, кто её попросил, или модератор.",
    "gone": "Эта картинка здесь больше не известна.",
    "too_late": "Она уже готова.",
    "wrong": "Здесь что-то пошло не так. Это записано; попробуйте ещё раз.",
    "cancel": "Отменить",
    "collect": "Забрать",
    "again": "Ещё раз",
    "vary": "Вариант",
    "vary_short": "В",
    "upscale": "Крупнее",
    "upscale_short": "К",
    "delete": "Удалить",
}
