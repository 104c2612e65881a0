"""The answers to an interaction, by their type."""

from playground.limits import codes
from playground.limits.choices import check_completion
from playground.limits.form import Form
from playground.limits.messages import ANSWER, EDIT, LAYOUT, Kind, check_message
from playground.limits.modals import check_modal
from playground.sent import Sent

PONG, MESSAGE, DEFER, DEFER_UPDATE, UPDATE, COMPLETE, MODAL, ACTIVITY, PURCHASE = 1, 4, 5, 6, 7, 8, 9, 12, 13
TYPES = (PONG, MESSAGE, DEFER, DEFER_UPDATE, UPDATE, COMPLETE, MODAL, ACTIVITY, PURCHASE)


def check_callback(callback: Form, sent: Sent) -> None:
    kind = callback.choice("type", TYPES, needed=True)
    data = callback.form("data", needed=kind in (MESSAGE, COMPLETE, MODAL, PURCHASE))
    callback.judge()
    if data is None:
        return
    if kind == MESSAGE:
        check_message(data, sent, ANSWER)
    elif kind == UPDATE:
        check_message(data, sent, EDIT)
    elif kind == DEFER:
        _check_defer(data, ANSWER)
    elif kind == COMPLETE:
        check_completion(data)
    elif kind == MODAL:
        check_modal(data)


def _check_defer(data: Form, kind: Kind) -> None:
    flags = int(data.number("flags", 0, 2**53) or 0)
    allowed = (kind.flags or 0) | LAYOUT
    if flags & ~allowed:
        data.wrong("flags", codes.FLAGS, flags=flags & ~allowed)
