"""What a server lets its members have painted, and what was done in it."""

EN = {
    "not_this_channel": "Here I do not paint. This server has me paint in {channels}.",
    "not_these_roles": "This server has me paint for members with {roles}.",
    "steps_above": (
        "This server has pictures painted in at most {count} step.",
        "This server has pictures painted in at most {count} steps.",
    ),
    "count_above": "This server has at most {most} pictures painted at once.",
    "side_above": (
        "A side of {count} pixel is more than this server has painted; {most} is the most.",
        "A side of {count} pixels is more than this server has painted; {most} is the most.",
    ),
    "blocked_word": "This server does not want {word} painted.",
    "style_not_here": "A style of this picture is not here: it belongs to another server, or was removed for good.",
    "style_switched_off": "The style {style} is switched off here.",
    "adult_not_here": "This style is age-restricted, and this server does not have those painted.",
    "adult_elsewhere": "This style is age-restricted: it is painted in age-restricted channels only.",
    "quota_had": (
        "You have had {had} of the {count} picture that this server lets you have in 24 hours. More from <t:{again}:t>, <t:{again}:R>.",
        "You have had {had} of the {count} pictures that this server lets you have in 24 hours. More from <t:{again}:t>, <t:{again}:R>.",
    ),
    "quota_small": (
        "That is more than the {count} picture that this server lets you have in 24 hours.",
        "That is more than the {count} pictures that this server lets you have in 24 hours.",
    ),
    "not_an_admin": "This is for those who may manage the server.",
    "not_for_styles": "This is for those who may manage the server, or have a role that it lets add styles.",
    "servers_only": "This works in servers only.",
    "audit_somebody": "somebody",
}
RU = {
    "not_this_channel": "Здесь я не рисую. На этом сервере я рисую в {channels}.",
    "not_these_roles": "На этом сервере я рисую для участников с ролями {roles}.",
    "steps_above": (
        "На этом сервере картинки рисуются не больше чем за {count} шаг.",
        "На этом сервере картинки рисуются не больше чем за {count} шага.",
        "На этом сервере картинки рисуются не больше чем за {count} шагов.",
    ),
    "count_above": "На этом сервере за раз рисуется картинок не больше {most}.",
    "side_above": (
        "Сторона в {count} пиксель больше, чем рисуют на этом сервере; самое большее — {most}.",
        "Сторона в {count} пикселя больше, чем рисуют на этом сервере; самое большее — {most}.",
        "Сторона в {count} пикселей больше, чем рисуют на этом сервере; самое большее — {most}.",
    ),
    "blocked_word": "На этом сервере не рисуют {word}.",
    "style_not_here": "Стиля этой картинки здесь нет: он с другого сервера или удалён насовсем.",
    "style_switched_off": "Стиль {style} здесь выключен.",
    "adult_not_here": "У этого стиля возрастное ограничение, а на этом сервере такие не рисуют.",
    "adult_elsewhere": "У этого стиля возрастное ограничение: в нём рисуют только в каналах с возрастным ограничением.",
    "quota_had": (
        "За 24 часа вы уже получили {had} из {count} картинки, которую разрешает этот сервер. Ещё — с <t:{again}:t>, <t:{again}:R>.",
        "За 24 часа вы уже получили {had} из {count} картинок, которые разрешает этот сервер. Ещё — с <t:{again}:t>, <t:{again}:R>.",
        "За 24 часа вы уже получили {had} из {count} картинок, которые разрешает этот сервер. Ещё — с <t:{again}:t>, <t:{again}:R>.",
    ),
    "quota_small": (
        "Это больше, чем {count} картинка за 24 часа, которую разрешает этот сервер.",
        "Это больше, чем {count} картинки за 24 часа, которые разрешает этот сервер.",
        "Это больше, чем {count} картинок за 24 часа, которые разрешает этот сервер.",
    ),
    "not_an_admin": "Это для тех, кто может управлять сервером.",
    "not_for_styles": "Это для тех, кто может управлять сервером, или для ролей, которым он разрешил добавлять стили.",
    "servers_only": "Это работает только на серверах.",
    "audit_somebody": "кто-то",
}
