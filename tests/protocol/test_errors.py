import json

from hypothesis import given

from protocol import errors
from protocol.errors import BadAnswer, InvalidRequest, StyleSealError, UnknownAdapter, error_from_json
from tests.protocol.strategies import any_errors


def every_class(cls: type[StyleSealError]) -> set[type[StyleSealError]]:
    return {cls}.union(*(every_class(below) for below in cls.__subclasses__() if below.__module__ == errors.__name__))


def test_every_error_is_in_the_table_with_a_code_of_its_own() -> None:
    assert set(errors.ERRORS) == every_class(StyleSealError)
    assert len({error.code for error in errors.ERRORS}) == len(errors.ERRORS)


def test_every_error_comes_back_from_json_as_its_own_class() -> None:
    for cls in errors.ERRORS:
        error = cls("5ea1" * 16, param="n") if cls is UnknownAdapter else cls("It went wrong.", param="n")
        again = error_from_json(json.loads(json.dumps(error.to_json())))
        assert type(again) is cls
        assert again == error


@given(any_errors())
def test_an_error_keeps_its_sentence_and_facts_through_json(error: StyleSealError) -> None:
    assert error_from_json(json.loads(json.dumps(error.to_json()))) == error


def test_an_error_has_the_keys_of_openais_error_object() -> None:
    assert InvalidRequest("steps must be less.", param="steps").to_json() == {
        "error": {
            "message": "steps must be less.",
            "type": "invalid_request_error",
            "param": "steps",
            "code": "invalid_request",
        }
    }


def test_an_unknown_adapter_says_which_file_to_send() -> None:
    error = error_from_json({"error": {"message": "Not here.", "code": "unknown_adapter", "sha256": "5ea1" * 16}})
    assert isinstance(error, UnknownAdapter)
    assert error.sha256 == "5ea1" * 16


def test_a_code_from_a_newer_engine_keeps_its_sentence() -> None:
    error = error_from_json({"error": {"message": "The moon is full.", "code": "moon_full"}})
    assert type(error) is StyleSealError
    assert error.sentence == "The moon is full."


def test_what_is_no_error_object_is_a_bad_answer() -> None:
    for data in (None, [], {}, {"error": "no"}, {"error": {}}, {"error": {"message": 3}}):
        assert isinstance(error_from_json(data), BadAnswer)
