"""`/sweep`, `/compare`, and the sheets they bring."""

EN = {
    "sheet_size": ("{count} picture of {size}", "{count} pictures of {size}"),
    "sheet_of": "sheet of {count}",
    "sheet_pick": "Paint one of these",
    "sheet_cell": "from a sheet: {label}",
    "sheet_without": "Without a style",
    "sheet_not_one": "This is a sheet of several pictures. Choose one of them in its list first.",
    "sheet_info": "How this sheet was painted",
    "sheet_cells": "Its pictures",
    "cells_above": "This server has at most {most} pictures painted at once, so a sheet can have {most} at most, and this one has {count}.",
    "sweep_narrow": "From {low:g} to {high:g} there are no {count} different weights. Choose ends that are farther apart, or fewer weights.",
    "compare_nothing": "There is no style here to compare.",
}
RU = {
    "sheet_size": ("{count} картинка {size}", "{count} картинки {size}", "{count} картинок {size}"),
    "sheet_of": "лист из {count}",
    "sheet_pick": "Нарисовать одну из них",
    "sheet_cell": "с листа: {label}",
    "sheet_without": "Без стиля",
    "sheet_not_one": "Это лист из нескольких картинок. Сначала выберите одну из них в его списке.",
    "sheet_info": "Как нарисован этот лист",
    "sheet_cells": "Его картинки",
    "cells_above": "На этом сервере за раз рисуется картинок не больше {most}: столько же может быть на листе, а на этом их {count}.",
    "sweep_narrow": "От {low:g} до {high:g} нет разных сил в количестве {count}. Раздвиньте границы или возьмите меньше.",
    "compare_nothing": "Здесь нет стилей, которые можно сравнить.",
}
COMMANDS = {
    "Paint one style in several weights, on one sheet": "Один стиль в разной силе, на одном листе",
    "The style to try": "Какой стиль попробовать",
    "The lowest weight; where nothing is said, as its maker recommends": "Самая малая сила; если не сказано, как советует автор",
    "The highest weight; where nothing is said, as its maker recommends": "Самая большая сила; если не сказано, как советует автор",
    "How many weights": "Сколько разных сил",
    "Paint the same in several styles, on one sheet": "Одно и то же в разных стилях, на одном листе",
    "A style; where none is named, your favourites or the likeliest": "Стиль; если не назван ни один, ваши любимые или самые подходящие",
    "One more style": "Ещё один стиль",
}
