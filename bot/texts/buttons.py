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
