"""The numbers of the gateway: what a payload is, and why a connection was closed."""

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE_STATE, RESUME, RECONNECT = 0, 1, 2, 3, 4, 6, 7
REQUEST_MEMBERS, INVALID_SESSION, HELLO, HEARTBEAT_ACK, REQUEST_SOUNDS = 8, 9, 10, 11, 31
HEARD_AND_IGNORED = (VOICE_STATE, 5, REQUEST_SOUNDS)
"""There is no voice here."""


class Closed(Exception):
    """The connection ends, with a code and a reason that the bot is told."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


def unknown_opcode() -> Closed:
    return Closed(4001, "Unknown opcode.")


def not_decoded() -> Closed:
    return Closed(4002, "Error while decoding payload.")


def not_authenticated() -> Closed:
    return Closed(4003, "Not authenticated.")


def authentication_failed() -> Closed:
    return Closed(4004, "Authentication failed.")


def already_authenticated() -> Closed:
    return Closed(4005, "Already authenticated.")


def invalid_sequence() -> Closed:
    return Closed(4007, "Invalid seq.")


def rate_limited() -> Closed:
    return Closed(4008, "Rate limited.")


def timed_out() -> Closed:
    return Closed(4009, "Session timed out.")


def invalid_shard() -> Closed:
    return Closed(4010, "Invalid shard.")


def sharding_required() -> Closed:
    return Closed(4011, "Sharding required.")


def invalid_version() -> Closed:
    return Closed(4012, "Invalid API version.")


def invalid_intents() -> Closed:
    return Closed(4013, "Invalid intent(s).")


def disallowed_intents() -> Closed:
    return Closed(4014, "Disallowed intent(s).")
