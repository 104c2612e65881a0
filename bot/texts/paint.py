"""`/paint` and what becomes of it."""

EN = {
    "queued": "You are #{place} in line{eta}.",
    "next": "You are next.",
    "about": ", about <t:{at}:R>",
    "painting": "Painting {bar} {step}/{steps}",
    "result": "> {prompt}\n-# {facts} · <@{user}>",
    "cancelled": "Cancelled.",
    "failed": "This picture could not be painted. {why}",
    "engine_crashed": "The engine stopped twice while painting it.",
    "too_many": "You have {count} pictures waiting already. Let one finish, or cancel it.",
    "cut": "Not read, as the prompt is too long: {cut}",
}
RU = {
    "queued": "Вы {place}-й в очереди{eta}.",
    "next": "Вы следующий.",
    "about": ", примерно <t:{at}:R>",
    "painting": "Рисую {bar} {step}/{steps}",
    "result": "> {prompt}\n-# {facts} · <@{user}>",
    "cancelled": "Отменено.",
    "failed": "Эту картинку не удалось нарисовать. {why}",
    "engine_crashed": "Движок дважды остановился, пока рисовал её.",
    "too_many": "У вас уже ждут картинки: {count}. Дождитесь одной из них или отмените её.",
    "cut": "Не прочитано, запрос слишком длинный: {cut}",
}
COMMANDS = {
    "Paint a picture": "Нарисовать картинку",
    "What to paint": "Что нарисовать",
    "The style to paint it in": "В каком стиле",
    "How strongly, 1 is as the style was made": "Насколько сильно, 1 — как задумано",
    "What not to paint": "Чего не рисовать",
    "The same seed paints the same picture": "Одно и то же зерно рисует одну и ту же картинку",
    "How many pictures": "Сколько картинок",
    "More steps are finer and slower": "Больше шагов — тщательнее и дольше",
}
