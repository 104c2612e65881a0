"""The catalogues: in step with the code, complete, no longer than Discord takes; and a third language is one file."""

import io
import re
import string
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from discord import app_commands

import bot
from bot import texts
from bot.commands import COMMANDS
from bot.texts import catalogues, languages
from bot.texts.picker import LIMITS, Command
from tests.bot.standing import Source, Standing

FILES = sorted(languages.FOLDER.glob("*.po"))
Forms = tuple[str, ...]


def names(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def forms(words: object) -> Forms:
    return (words,) if isinstance(words, str) else tuple(words)  # type: ignore[arg-type]


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


each = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@each
def test_a_catalogue_is_as_the_tool_writes_it_and_nothing_in_it_is_left_to_do(path: Path) -> None:
    new = catalogues.brought_up_to_date(catalogues.read(path), catalogues.said())
    assert catalogues.untranslated(new) == []
    assert path.read_text(encoding="utf-8") == catalogues.written(new), "run: python -m bot.texts.catalogues"


@each
def test_a_translation_has_the_same_places_to_fill_in_and_all_its_plural_forms(path: Path) -> None:
    catalogue = catalogues.read(path)
    wrong = [
        message.context
        for message in messages(catalogue)
        for form in forms(message.string)
        if names(form) != names(forms(message.id)[-1])
    ]
    assert wrong == []
    plural = [message for message in messages(catalogue) if not isinstance(message.id, str)]
    assert len(plural) > 10
    assert [one.context for one in plural if len(forms(one.string)) != catalogue.num_plurals] == []


@each
def test_what_the_command_picker_shows_fits_and_names_are_such_as_discord_takes(path: Path) -> None:
    shown = [one for one in messages(catalogues.read(path)) if one.context in LIMITS]
    assert [one.id for one in shown if len(str(one.string)) > LIMITS[str(one.context)]] == []
    named = [one for one in shown if one.context in (texts.COMMAND_NAME, texts.OPTION_NAME)]
    assert [one.string for one in named if not re.fullmatch(r"[-\w']{1,32}", str(one.string))] == []
    assert [
        one.string for one in named if str(one.string) != unicodedata.normalize("NFC", str(one.string).lower())
    ] == []


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_no_two_commands_and_no_two_options_of_one_have_the_same_name(locale: str) -> None:
    for together in siblings(COMMANDS):
        assert len(set(together)) == len(together)
        translated = [texts.translation(locale, context, name) or name for context, name in together]
        assert len(set(translated)) == len(translated), translated


def siblings(commands: Sequence[Command]) -> Iterator[list[tuple[str, str]]]:
    slash = [one for one in commands if not isinstance(one, app_commands.ContextMenu)]
    yield [(texts.COMMAND_NAME, one.name) for one in slash]
    for command in slash:
        if isinstance(command, app_commands.Group):
            yield from siblings(command.commands)
        else:
            yield [(texts.OPTION_NAME, option.display_name) for option in command.parameters]


@pytest.fixture(scope="module")
def standings() -> list[Standing]:
    found = list(Source.of(Path(bot.__file__).parent).standings())
    assert {("cancel", 80), ("edit_title", 45), ("pick", 150), ("cancel_every", 100)} <= {
        (one.pattern, one.most) for one in found
    }
    return found


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_every_text_fits_where_it_stands(locale: str, standings: list[Standing]) -> None:
    wrong = []
    for key, english in texts.EN.items():
        said = [re.sub(r"\{[^}]*\}", "12345678", form) for form in shown_of(locale, key)]
        wrong += [f"{key}: a message" for form in said if len(form) > 1_800]
        for one in standings:
            longest = max(forms(english), key=len)
            fits = one.exact or (len(longest) <= one.most and not longest.endswith("."))
            if fits and re.fullmatch(one.pattern, key):
                wrong += [f"{key}: {one.where} of {one.most}: {form}" for form in said if len(form) > one.most]
    assert wrong == []


@pytest.mark.parametrize("locale", [code for code in texts.LOCALES if code != "en"])
def test_what_is_short_in_english_is_short(locale: str) -> None:
    """Wherever it stands: what fits a form's label, a button, a choice or a placeholder in English."""
    wrong = []
    for key, english in texts.EN.items():
        longest = max(forms(english), key=len)
        most = next((most for most in (45, 80, 100, 150) if len(longest) <= most * 0.8), None)
        if most is not None and not longest.endswith((".", "?", "!", ":")):
            wrong += [f"{key}: {most}: {form}" for form in shown_of(locale, key) if len(form) > most]
    assert wrong == []


def shown_of(locale: str, key: str) -> Forms:
    """All that a text can be in a language, as it is written in its catalogue."""
    english = forms(texts.EN[key])
    if locale == "en":
        return english
    counts = range(200) if len(english) > 1 else [0]
    found = [texts.TRANSLATED[locale].said(key, english[0], count) for count in counts]
    return tuple({form for form in found if form is not None}) or english


def of(*added: tuple[str | Forms, str, str | Forms]) -> Catalog:
    catalogue = Catalog(locale="ru")
    for english, key, words in added:
        catalogue.add(english, words, context=key)
    return catalogue


def again(catalogue: Catalog) -> Catalog:
    return read_po(io.BytesIO(catalogues.written(catalogue).encode()), locale="ru")


def test_another_english_leaves_a_translation_to_be_looked_at_and_what_is_gone_at_the_end() -> None:
    old = of(
        ("A cat", "cat", "Кот"),
        ("A dog", "dog", "Пёс"),
        ("A hen", "hen", ""),
        (("1 ox", "oxen"), "ox", ("1", "2", "5")),
    )
    now = of(("A cat", "cat", ""), ("A large dog", "dog", ""), ("A pig", "pig", ""), (("1 ox", "oxen"), "ox", ""))
    new = catalogues.brought_up_to_date(old, now)
    assert [(one.context, forms(one.string), one.fuzzy) for one in messages(again(new))] == [
        ("cat", ("Кот",), False),
        ("dog", ("Пёс",), True),
        ("pig", ("",), False),
        ("ox", ("1", "2", "5"), False),
    ]
    assert catalogues.untranslated(new) == ["fuzzy: dog: A large dog", "missing: pig: A pig"]
    less = catalogues.brought_up_to_date(again(new), of(("A dog", "dog", "")))
    assert sorted(str(one.context) for one in less.obsolete.values()) == ["cat", "ox"]
    assert "obsolete: cat: A cat" in catalogues.untranslated(less)
    back = catalogues.brought_up_to_date(again(less), now)
    assert next(one.string for one in messages(back)) == "Кот"
    assert catalogues.written(again(back)) == catalogues.written(back)


def test_what_a_translator_writes_to_themselves_stays() -> None:
    old = of(("A cat", "cat", "Кот"))
    old.get("A cat", "cat").user_comments.append("As in the tale")  # type: ignore[union-attr]
    assert "# As in the tale\n" in catalogues.written(catalogues.brought_up_to_date(old, of(("A cat", "cat", ""))))


def language(folder: Path, *added: tuple[str | Forms, str, str | Forms]) -> languages.Language:
    path = folder / "ru.po"
    path.write_text(catalogues.written(of(*added)), encoding="utf-8")
    return languages.Language("ru", path)


def test_what_a_translator_does_not_stand_by_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "ru.po"
    catalogue = of(
        ("A cat", "cat", "Кот"), ("A dog", "dog", "Пёс"), ("A hen", "hen", ""), (("ox", "oxen"), "ox", ("вол", "", ""))
    )
    catalogue.get("A dog", "dog").flags.add("fuzzy")  # type: ignore[union-attr]
    path.write_text(catalogues.written(catalogue), encoding="utf-8")
    read = languages.Language("ru", path)
    assert [read.said("cat", "A cat"), read.said("dog", "A dog"), read.said("hen", "A hen")] == ["Кот", None, None]
    assert read.said("ox", "ox", 1) is None
    assert read.said("cat", "Another cat") is None


@pytest.mark.parametrize(
    "held", [b"", b"msgid", b"\xff\xfe", b'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=os;\\n"\n']
)
def test_a_catalogue_that_cannot_be_read_is_as_good_as_none(tmp_path: Path, held: bytes) -> None:
    (tmp_path / "de.po").write_bytes(held)
    assert languages.there(tmp_path)["de"].said("cat", "A cat", 2) is None


def test_a_translation_that_cannot_be_filled_in_is_said_in_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = "There is no style {style} here."
    for broken in ("Стиля {stile} нет.", "Стиля {style нет.", "Стиля {} нет."):
        known = language(tmp_path, (english, "no_such_style", broken))
        monkeypatch.setattr(texts, "TRANSLATED", {"ru": known})
        assert texts.text("ru", "no_such_style", style="sks") == "There is no style sks here."


@pytest.mark.parametrize(
    ("files", "discord", "code"),
    [
        ("de", "de", "de"),
        ("de", "fr", "en"),
        ("es", "es-ES", "es"),
        ("es", "es-419", "es"),
        ("pt_BR", "pt-BR", "pt-BR"),
        ("es-ES", "es-419", "es-ES"),
        ("es es_419", "es-419", "es-419"),
        ("zh_CN zh_TW", "zh-TW", "zh-TW"),
        ("de", "en-GB", "en"),
    ],
)
def test_a_member_reads_the_nearest_language_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: str, discord: str, code: str
) -> None:
    for name in files.split():
        (tmp_path / f"{name}.po").touch()
    monkeypatch.setattr(texts, "LOCALES", ("en", *languages.there(tmp_path)))
    assert texts.locale_of(discord) == code


def test_a_language_calls_itself_by_its_own_name(tmp_path: Path) -> None:
    for name in ("de", "pt_BR", "zh-CN", "xx"):
        (tmp_path / f"{name}.po").touch()
    found = languages.there(tmp_path)
    assert [one.name for one in found.values()] == ["Deutsch", "Português (Brasil)", "xx", "中文 (简体, 中国)"]
    assert [found[code].decimal for code in ("de", "xx")] == [",", "."]
