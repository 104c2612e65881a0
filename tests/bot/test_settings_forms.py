"""The forms of a server's settings: what they hold, and what is read out of what comes back."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.styles import Catalogue, Style
from bot.answers import Refused
from bot.servers.fields import FIELDS, joined, read, written
from bot.servers.forms import FORM, OPENED, form_of
from bot.servers.panel import stamp
from bot.servers.settings import WORDS_CHARACTERS, ServerSettings
from bot.styles.picks import Picks
from bot.texts import LOCALES, text
from tests.bot.test_trail import LARGEST

ROLE: Any = SimpleNamespace(id=9 * 10**18, name="\u202e" + "*" * 100)
STYLES = Picks(
    Catalogue(
        [
            Style(name="sks", path=Path("a"), sha256="0" * 64),
            Style(name="dusk", path=Path("b"), sha256="1" * 64, adult=True),
        ]
    )
)


def stamps(form: str, settings: ServerSettings, role: int = 0) -> list[str]:
    """As a form has them that is opened now."""
    fields = written(form, settings, role)
    return [stamp(one) for one in ([joined(fields)] if form == "words" else fields.values())]


def sent(form: str, settings: ServerSettings, now: ServerSettings | None = None, /, **typed: str) -> Any:
    """What a form sets that was opened at `settings` and comes back at `now`, with these fields changed in it."""
    filled = written(form, settings, 7) | typed
    return read(form, now or settings, 7, stamps(form, settings, 7), filled, STYLES)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("form", [*OPENED, "role"])
def test_a_form_holds_the_largest_settings(form: str, locale: str) -> None:
    for settings in (ServerSettings(), LARGEST):
        told = form_of(form, settings, locale, ROLE if form == "role" else None).to_dict()
        assert FORM.fullmatch(told["custom_id"])
        assert len(told["custom_id"]) <= 100
        assert 0 < len(told["title"]) <= 45
        assert 0 < len(told["components"]) <= 5
        for one in told["components"]:
            field = one["component"]
            assert len(one["label"]) <= 45
            assert len(one["description"]) <= 100
            assert len(field.get("value") or "") <= field.get("max_length", 0) <= 4_000 or field["type"] == 3
            if settings is LARGEST and form == "words":
                assert field["max_length"] - len(field["value"]) >= 500, "there is room to add some"


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_is_cut_off_in_a_form(locale: str) -> None:
    for name, field in FIELDS.items():
        assert len(text(locale, f"setting_{name}")) <= 45
        assert len(text(locale, f"settings_hint_{name}", **field.bounds)) <= 100


@pytest.mark.parametrize("form", [*OPENED, "role"])
def test_a_form_that_comes_back_as_it_was_sets_nothing(form: str) -> None:
    for settings in (ServerSettings(), LARGEST):
        assert sent(form, settings) == {}
        assert sent(form, settings, ServerSettings(quota=7)) == {}, "nor takes back what others have changed"


def test_only_what_was_changed_is_set() -> None:
    settings = ServerSettings(most_steps=20, quota=5)
    assert sent("limits", settings, most_side=" 512 ") == {"most_side": 512}
    assert sent("limits", settings, most_steps="") == {"most_steps": None}
    assert sent("limits", settings, ServerSettings(most_steps=30, quota=5), quota="6") == {"quota": 6}
    assert sent("limits", settings, ServerSettings(quota=6), quota="6") == {}, "two have said the same"
    with pytest.raises(Refused, match="meanwhile"):
        sent("limits", settings, ServerSettings(quota=7), quota="6")
    with pytest.raises(Refused, match="meanwhile"):
        read("limits", settings, 0, [], {"quota": "6"}, STYLES)


def test_a_role_has_numbers_of_its_own() -> None:
    settings = ServerSettings(role_weights={7: 2.0, 8: 3.0})
    assert sent("role", settings, role_weights="1,5") == {"role_weights": {8: 3.0, 7: 1.5}}
    assert sent("role", settings, role_weights="") == {"role_weights": {8: 3.0}}
    assert sent("role", settings, role_quotas="50") == {"role_quotas": {7: 50}}
    full = ServerSettings(role_quotas=dict.fromkeys(range(100, 125), 5))
    with pytest.raises(Refused, match="At most 25 roles"):
        sent("role", full, role_quotas="50")


@pytest.mark.parametrize(
    ("form", "name", "typed", "why"),
    [
        ("limits", "most_side", "513", "multiple of 8 from 64 to 2048, not 513"),
        ("limits", "most_side", "1e3", "not 1e3"),
        ("limits", "most_steps", "151", "from 1 to 150, not 151"),
        ("limits", "most_count", "0", "not 0"),
        ("limits", "quota", "١٢", "not ١٢"),
        ("limits", "quota", "9" * 20, "not 999"),
        ("defaults", "default_guidance", "nan", "from 0 to 30, not nan"),
        ("defaults", "default_guidance", "-1", "not -1"),
        ("defaults", "default_guidance", "1.2.3", "not 1.2.3"),
        ("defaults", "default_guidance", "inf", "not inf"),
        ("defaults", "default_steps", "@everyone", r"not \@everyone"),
        ("defaults", "default_aspect", "7:5", "7:5 is no shape"),
        ("defaults", "default_style", "dusk", "dusk is age-restricted"),
        ("defaults", "default_style", "skss", "skss"),
        ("role", "role_weights", "0", "from 0.1 to 100, not 0"),
        ("role", "role_quotas", "1.5", "not 1.5"),
    ],
)
def test_what_a_field_does_not_take_is_said(form: str, name: str, typed: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        sent(form, ServerSettings(), **{name: typed})
    assert why in refused.value.sentence


def test_words_are_read_line_by_line_and_each_once() -> None:
    def read_(typed: str, *more: str) -> Any:
        filled = {f"blocked_words_{number}": one for number, one in enumerate((typed, *more), 1)}
        return read("words", ServerSettings(), 0, stamps("words", ServerSettings()), filled, STYLES)

    assert read_("a\n b  c ,d;\n\n,\u200bA\u202e", "d\ne") == {"blocked_words": ("a", "b c", "d", "e")}
    assert read_(" \n, ;") == {}
    for typed, why in (("!!!", "neither letters nor digits"), ("a" * 51, "longer than 50")):
        with pytest.raises(Refused, match=why):
            read_(f"fine\n{typed}")
    with pytest.raises(Refused, match="501 words, and 500"):
        read_("\n".join(f"w{number}" for number in range(501)))
    with pytest.raises(Refused, match=f"more than {WORDS_CHARACTERS}"):
        read_("\n".join(f"{number:049}" for number in range(350)))


def test_words_that_were_changed_meanwhile_are_not_undone() -> None:
    old = ServerSettings(blocked_words=("a", "b"))
    now = ServerSettings(blocked_words=("a", "b", "c"))
    assert sent("words", old, now) == {}
    assert sent("words", old, blocked_words_1="b\na\nd") == {"blocked_words": ("b", "a", "d")}
    with pytest.raises(Refused, match="meanwhile"):
        sent("words", old, now, blocked_words_1="a\nb\nd")


@given(st.lists(st.from_regex(r"[a-z0-9]{1,40}", fullmatch=True), max_size=300, unique=True))
def test_words_come_out_of_a_form_as_they_went_in(words: list[str]) -> None:
    words = words[: WORDS_CHARACTERS // 41]
    fields = written("words", ServerSettings(blocked_words=tuple(words)))
    assert joined(fields).split("\n") == (words or [""])
    other = read("words", ServerSettings(), 0, stamps("words", ServerSettings()), fields, STYLES)
    assert other == ({"blocked_words": tuple(words)} if words else {})
