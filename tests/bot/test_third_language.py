"""A third language is one file more: whoever has that Discord reads it, and anybody can choose it."""

import os
import shutil
from pathlib import Path

import pytest

from bot.texts import catalogues
from playground.testing import Person, Playground
from tests.bot import acting
from tests.bot.acting import bot, pictures, refused

GERMAN = {
    ("command name", "history"): "verlauf",
    ("command name", "paint"): "malen",
    ("option name", "prompt"): "wunsch",
    ("description in the picker", "Paint a picture"): "Ein Bild malen",
    ("no_history", "You have no pictures yet. `{/paint}` makes one."): "Noch kein Bild. `{/paint}` malt eins.",
    ("steps", "{count} step"): ("{count} Schritt", "{count} Schritte"),
    ("prefs_saved", "Noted. From now on you need not say it."): "Notiert.",
    ("prefs_language", "Language"): "Sprache",
    ("prefs_weight", "Weight"): "Gewicht",
    ("field of an error", "prompt"): "Wunsch",
    ("sentence of an error", "{field} must not be empty."): "{field} darf nicht leer sein.",
}


def with_german(folder: Path) -> Path:
    """The bot with one file more."""
    shutil.copytree(acting.ROOT / "bot", folder / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    locales = folder / "bot" / "locales"
    catalogues.main(["de"], locales)
    german = catalogues.read(locales / "de.po")
    for (context, english), words in GERMAN.items():
        message = german.get(english, context)
        assert message is not None, english
        message.string = words
    (locales / "de.po").write_text(catalogues.written(german), encoding="utf-8")
    return folder


@pytest.fixture
def german_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acting, "ROOT", f"{with_german(tmp_path / 'with')}{os.pathsep}{acting.ROOT}")
    monkeypatch.setenv("PYTHONSAFEPATH", "1")  # else the working folder comes first


@pytest.mark.usefixtures("german_too")
async def test_a_third_language_is_one_file(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        german, member = playground.as_(demo.newcomer), playground.as_(demo.member)
        await german.post("locale", locale="de")
        assert await offered(german, playground) == ("malen", "Ein Bild malen", "wunsch", "How many pictures")
        assert await offered(member, playground) == ("paint", "Paint a picture", "prompt", "How many pictures")
        told = await (await german.run(demo.general, "history")).message()
        assert told["content"] == "Noch kein Bild. `/malen` malt eins."
        told = await (await german.run(demo.art, "paint", prompt=" ")).message()
        assert told["content"] == "Wunsch darf nicht leer sein."
        done = await (await german.run(demo.art, "paint", prompt="Katze", private=True)).message(pictures)
        assert " · 4 Schritte · " in done["content"]
        english = await (await member.run(demo.general, "history")).message()
        assert english["content"] == "You have no pictures yet. `/paint` makes one."
        await chosen(member, playground)
        assert await refused(playground) == []


async def offered(person: Person, playground: Playground) -> tuple[str, str, str, str]:
    """Of /paint: its name, what it does, its first option; and of another option what it is."""
    commands = await person.commands(playground.demo.art)
    paint = next(one for one in commands if one["name"] == "paint")
    options = {one["name"]: one for one in paint["options"]}
    return (
        paint["shown_name"],
        paint["shown_description"],
        options["prompt"]["shown_name"],
        options["count"]["shown_description"],
    )


async def chosen(member: Person, playground: Playground) -> None:
    """By one whose Discord is English."""
    place = playground.demo.art
    commands = await member.commands(place)
    prefs = next(one for one in commands if one["name"] == "prefs")
    options = next(one for one in prefs["options"] if one["name"] == "set")["options"]
    language = next(one for one in options if one["name"] == "language")
    names = [choice["name"] for choice in language["choices"]]
    assert names == ["English", "Deutsch", "Русский", "As my Discord client"]
    saved = await (await member.run(place, "prefs set", language="de", weight=0.75)).message()
    assert saved["content"] == "Notiert."
    fields = {field["name"]: field["value"] for field in saved["embeds"][0]["fields"]}
    assert (fields["Sprache"], fields["Gewicht"]) == ("Deutsch", "0,75")
