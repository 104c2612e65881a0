"""Buttons: each style has fields that it needs and others that it must not have."""

from playground.limits import codes
from playground.limits.emojis import check_emoji
from playground.limits.form import Form
from playground.limits.tally import Tally

LINK, PREMIUM = 5, 6
STYLES = (1, 2, 3, 4, LINK, PREMIUM)
SCHEMES = ("http", "https", "discord")


def check_button(button: Form, tally: Tally) -> None:
    style = button.choice("style", STYLES, needed=True)
    button.text("label", 80)
    button.boolean("disabled")
    check_emoji(button)
    if style == PREMIUM:
        _check_premium(button)
    elif style == LINK:
        _check_link(button)
    else:
        _check_plain(button, tally)


def _check_plain(button: Form, tally: Tally) -> None:
    if button.has("url"):
        button.wrong("url", codes.BUTTON_BOTH)
    if button.has("custom_id"):
        tally.add_custom_id(button)
    else:
        button.wrong("custom_id", codes.BUTTON_ID)
    _check_face(button)


def _check_link(button: Form) -> None:
    if button.has("custom_id"):
        button.wrong("custom_id", codes.BUTTON_BOTH)
    if button.has("url") and button.value["url"] != "":
        button.url("url", 512, SCHEMES)
    else:
        button.wrong("url", codes.BUTTON_URL)
    _check_face(button)


def _check_premium(button: Form) -> None:
    if button.snowflake("sku_id") is None:
        button.wrong("sku_id", codes.BUTTON_SKU)
    for key in ("custom_id", "url", "label", "emoji"):
        if button.has(key):
            button.wrong(key, codes.BUTTON_PREMIUM)


def _check_face(button: Form) -> None:
    if not button.value.get("label") and not button.has("emoji"):
        button.wrong("label", codes.BUTTON_BARE)
