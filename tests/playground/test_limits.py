"""What Discord refuses is refused in its own words, and what is just inside each limit is not."""

from collections import Counter

import pytest

from playground.errors import DiscordError
from playground.limits import check, check_reaction, codes
from playground.sent import Sent
from tests.playground.refusals import CASES
from tests.playground.refusals.case import Case

EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def refusal(sent: Sent) -> DiscordError:
    with pytest.raises(DiscordError) as caught:
        check(sent)
    return caught.value


@EACH
def test_a_request_past_a_limit_is_refused_in_discords_words(case: Case) -> None:
    error = refusal(case.refused)
    assert (error.status, error.code) == (case.status, case.code)
    if case.inner is None:
        assert not error.errors
    else:
        assert error.errors[case.place or ""][0] == case.inner


@EACH
def test_nothing_else_is_wrong_with_it(case: Case) -> None:
    assert len(refusal(case.refused).errors) == (case.inner is not None)


@EACH
def test_a_request_just_inside_the_limit_is_accepted(case: Case) -> None:
    check(case.accepted)


def test_every_name_that_is_certain_is_met_in_some_case() -> None:
    met = {case.inner for case in CASES}
    assert {code.name for code in codes.CERTAIN} - met == set()


def test_every_name_is_either_certain_or_guessed() -> None:
    named = {value for value in vars(codes).values() if isinstance(value, codes.Code)}
    assert named == codes.CERTAIN | codes.GUESSED
    assert not codes.CERTAIN & codes.GUESSED


def test_no_case_stands_twice_in_the_table() -> None:
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []


def test_all_that_is_wrong_is_told_at_once_as_a_tree() -> None:
    button = {"type": 2, "style": 1, "label": "x" * 81, "custom_id": "a"}
    body = {"content": "x" * 2001, "components": [{"type": 1, "components": [button]}]}
    tree = refusal(Sent(method="POST", template="/channels/{channel_id}/messages", body=body)).to_json()
    label = {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 80 or fewer in length."}
    assert tree["errors"]["components"]["0"]["components"]["0"]["label"]["_errors"] == [label]
    assert tree["errors"]["content"]["_errors"][0]["message"] == "Must be 2000 or fewer in length."


def test_a_route_that_is_not_known_is_let_through() -> None:
    check(Sent(method="POST", template="/channels/{channel_id}/typing"))


@pytest.mark.parametrize(
    "emoji", ["🎨", "❤️", "👍🏽", "🏳️‍🌈", "🇩🇪", "3️⃣", "ink:1100000000000000000", "a:ink:1100000000000000000"]
)
def test_an_emoji_can_be_reacted_with(emoji: str) -> None:
    check_reaction(emoji)


@pytest.mark.parametrize("emoji", ["", "x", "▲", ":art:", "ink", "ink:", "ink:x", "🎨🎨", "<:ink:1100000000000000000>"])
def test_what_is_no_emoji_cannot(emoji: str) -> None:
    with pytest.raises(DiscordError) as caught:
        check_reaction(emoji)
    assert (caught.value.status, caught.value.code) == (400, 10014)


def test_time_is_that_of_the_one_who_asks() -> None:
    sent = Sent(
        method="PATCH",
        template="/guilds/{guild_id}/members/{user_id}",
        body={"communication_disabled_until": "2030-01-02T00:00:00Z"},
    )
    check(sent, now=1893456000.0)
    with pytest.raises(DiscordError):
        check(sent, now=1890000000.0)
