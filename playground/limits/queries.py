"""What stands behind the question mark of an address."""

from playground.limits import codes
from playground.limits.form import Form
from playground.limits.values import shown, snowflake

LIMITS = {
    "/channels/{}/messages": (1, 100),
    "/channels/{}/messages/pins": (1, 50),
    "/channels/{}/messages/{}/reactions/{}": (1, 100),
    "/channels/{}/polls/{}/answers/{}": (1, 100),
    "/guilds/{}/members": (1, 1000),
    "/guilds/{}/members/search": (1, 1000),
    "/guilds/{}/scheduled-events/{}/users": (1, 100),
    "/users/@me/guilds": (1, 200),
}
"""How many of a list may be asked for, by the shape of its route."""
SNOWFLAKES = ("before", "after", "around")
BOOLEANS = ("wait", "with_response", "with_counts", "with_components")
TRUTH = ("true", "false", "1", "0")


def check_query(shape: str, query: dict[str, str]) -> None:
    form = Form(dict(query))
    if shape in LIMITS and "limit" in query:
        _check_limit(form, query["limit"], *LIMITS[shape])
    for key in SNOWFLAKES:
        if shape in LIMITS and key in query and snowflake(query[key]) is None and "pins" not in shape:
            form.wrong(key, codes.NUMBER, value=shown(query[key]), kind="snowflake")
    for key in BOOLEANS:
        if query.get(key, "true").lower() not in TRUTH:
            form.wrong(key, codes.BOOLEAN)
    form.judge()


def _check_limit(form: Form, given: str, least: int, most: int) -> None:
    if not given.isascii() or not given.removeprefix("-").isdigit() or len(given) > 18:
        form.wrong("limit", codes.NUMBER, value=shown(given), kind="int")
    elif int(given) > most:
        form.wrong("limit", codes.NUMBER_MAX, kind="int", most=most)
    elif int(given) < least:
        form.wrong("limit", codes.NUMBER_MIN, kind="int", least=least)
