"""Everything that can go wrong between asking for a picture and having it, as one tree.

Each class carries the HTTP status it answers with, a `code` for programs and a sentence for the person who reads it.
The JSON form is OpenAI's error object, so existing clients understand it.

    StyleSealError
    ├── InvalidRequest        a field has a value it cannot have
    ├── Unauthorized          the token is missing or wrong
    ├── UnknownAdapter        the engine has not been given this file yet
    ├── AdapterRefused        the file is not one that can be used
    ├── UnknownBase           the request is for another base than the one loaded
    ├── BaseMissing           the base cannot be had, or cannot be used
    ├── IdempotencyConflict   the key was already used for another request
    ├── EngineBusy            the queue is full
    ├── EngineGone            nothing answers, or it stopped before the picture was done
    ├── Cancelled             whoever asked took it back
    ├── NotFinite             the numbers ran away and there is no picture
    └── BadAnswer             what the engine sent cannot be read
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Self


class StyleSealError(Exception):
    """Base of all; raised itself only for what has no better name."""

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    kind: ClassVar[str] = "server_error"
    """OpenAI's `type` of the error."""

    def __init__(self, sentence: str, *, param: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.param = param
        """The JSON key at fault, where there is one."""

    def facts(self) -> dict[str, str]:
        """What the JSON form carries besides OpenAI's four keys."""
        return {}

    @classmethod
    def restored(cls, sentence: str, param: str | None, error: Mapping[str, Any]) -> Self:
        """The error whose JSON form `error` is; classes with facts take them from there."""
        return cls(sentence, param=param)

    def to_json(self) -> dict[str, Any]:
        fixed = {"message": self.sentence, "type": self.kind, "param": self.param, "code": self.code}
        return {"error": fixed | self.facts()}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StyleSealError) and type(self) is type(other) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash((type(self), self.sentence, self.param))


class InvalidRequest(StyleSealError):
    code = "invalid_request"
    status = 400
    kind = "invalid_request_error"


class Unauthorized(StyleSealError):
    code = "unauthorized"
    status = 401
    kind = "authentication_error"


class UnknownAdapter(StyleSealError):
    """`sha256` names the file to send before asking again."""

    code = "unknown_adapter"
    status = 424
    kind = "invalid_request_error"

    def __init__(self, sha256: str, sentence: str = "", *, param: str | None = "adapters") -> None:
        super().__init__(sentence or f"The engine does not have the adapter {sha256[:12]} yet.", param=param)
        self.sha256 = sha256

    def facts(self) -> dict[str, str]:
        return {"sha256": self.sha256}

    @classmethod
    def restored(cls, sentence: str, param: str | None, error: Mapping[str, Any]) -> Self:
        return cls(str(error.get("sha256", "")), sentence, param=param)


class AdapterRefused(StyleSealError):
    code = "adapter_refused"
    status = 422
    kind = "invalid_request_error"


class UnknownBase(StyleSealError):
    code = "unknown_base"
    status = 409
    kind = "invalid_request_error"


class BaseMissing(StyleSealError):
    code = "base_missing"
    status = 503


class IdempotencyConflict(StyleSealError):
    code = "idempotency_conflict"
    status = 409
    kind = "invalid_request_error"


class EngineBusy(StyleSealError):
    code = "engine_busy"
    status = 429
    kind = "rate_limit_error"


class EngineGone(StyleSealError):
    code = "engine_gone"
    status = 503


class Cancelled(StyleSealError):
    code = "cancelled"
    status = 499
    kind = "invalid_request_error"


class NotFinite(StyleSealError):
    code = "not_finite"


class BadAnswer(StyleSealError):
    code = "bad_answer"
    status = 502


ERRORS: tuple[type[StyleSealError], ...] = (
    StyleSealError,
    InvalidRequest,
    Unauthorized,
    UnknownAdapter,
    AdapterRefused,
    UnknownBase,
    BaseMissing,
    IdempotencyConflict,
    EngineBusy,
    EngineGone,
    Cancelled,
    NotFinite,
    BadAnswer,
)
_BY_CODE = {error.code: error for error in ERRORS}


def error_from_json(data: object) -> StyleSealError:
    """The error an answer stands for. Never raises: a code from a newer engine becomes the base class with its
    sentence, and what is no error object at all becomes `BadAnswer`."""
    error = data.get("error") if isinstance(data, Mapping) else None
    if not isinstance(error, Mapping) or not isinstance(error.get("message"), str):
        return BadAnswer("The engine answered with an error that cannot be read.")
    param = error.get("param")
    cls = _BY_CODE.get(str(error.get("code")), StyleSealError)
    return cls.restored(error["message"], param if isinstance(param, str) else None, error)
