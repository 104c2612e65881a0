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
