"""Takes what modules of texts still have in Russian (RU, COMMANDS) into its catalogue, and leaves their English alone:
`python -m bot.texts.taking_in gallery settings` for those modules, without a name for all of them."""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog

from bot.commands import COMMANDS
from bot.texts import _PARTS, COMMAND_NAME, OPTION_NAME
from bot.texts.catalogues import brought_up_to_date, read, said, written
from bot.texts.languages import FOLDER
from bot.texts.picker import CHOICE, DESCRIPTION, MENU_NAME, shown

_PATH = FOLDER / "ru.po"


def main(names: Sequence[str]) -> None:
    names, is_last = [name for name in names if name != "--finish"], "--finish" in names
    parts = [part for part in _PARTS if part.__name__.rpartition(".")[2] in names or not names]
    catalogue = brought_up_to_date(read(_PATH), _named(said(parts)))
    if problems := [problem for part in parts for problem in _put(catalogue, part)]:
        sys.exit("\n".join(problems))
    _PATH.write_text(written(catalogue), encoding="utf-8", newline="\n")
    for part in parts:
        path = Path(str(part.__file__))
        path.write_text(_english_alone(path.read_text()))
    if is_last:
        _finish()


def _finish() -> None:
    """Without what was for both at once."""
    root = FOLDER.parents[1]
    for name, pairs in _LAST.items():
        path = root / name
        source = path.read_text()
        for old, new in pairs:
            if source.count(old) != 1:
                sys.exit(f"{name} does not have this once:\n{old}")
            source = source.replace(old, new)
        path.write_text(source)
    Path(__file__).unlink()


_LAST = {
    "bot/texts/__init__.py": [
        (
            """    words = None if language is None else language.said(context, english)
    return _RUSSIAN_COMMANDS.get(english) if words is None and locale == "ru" else words
""",
            """    return None if language is None else language.said(context, english)
""",
        ),
        (
            """    if language is None:
        return None
    if locale == "ru" and key in _RUSSIAN:
        words = _RUSSIAN[key]
        return words if isinstance(words, str) else words[_russian_form(count)]
    return language.said(key""",
            """    if language is None:
        return None
    return language.said(key""",
        ),
        (
            """

# Until all Russian is in its catalogue.
_RUSSIAN: Mapping[str, Words] = _together("RU")
_RUSSIAN_COMMANDS: Mapping[str, str] = _together("COMMANDS")


def _russian_form(n: int) -> int:
    return 0 if n % 10 == 1 and n % 100 != 11 else 1 if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else 2
""",
            "",
        ),
        (
            """def _together(name: str) -> Mapping[str, Any]:
    \"\"\"Raises `ValueError` where two parts have a text of one name.\"\"\"
    texts: dict[str, Any] = {}
    for part in _PARTS:
        for key, value in getattr(part, name, {}).items():
""",
            """def _together() -> Mapping[str, Words]:
    \"\"\"Raises `ValueError` where two parts have a text of one name.\"\"\"
    texts: dict[str, Words] = {}
    for part in _PARTS:
        for key, value in part.EN.items():
""",
        ),
        ('_together("EN")', "_together()"),
        ("from typing import Any, Self\n", "from typing import Self\n"),
    ],
    "bot/texts/catalogues.py": [
        ("def said(taking_in: Sequence[ModuleType] = ()) -> Catalog:", "def said() -> Catalog:"),
        (
            """        if hasattr(part, "RU") and part not in taking_in:
            continue  # until it is taken in
""",
            "",
        ),
        ("from types import ModuleType\n", ""),
    ],
    "tests/bot/test_catalogues.py": [
        (
            """    if locale == "ru" and key in texts._RUSSIAN:  # until it is taken in
        return forms(texts._RUSSIAN[key])
""",
            "",
        ),
    ],
    "tests/bot/test_texts.py": [
        (
            """    taken_in = [key for key in texts.EN if key not in texts._RUSSIAN]  # until all are
    assert [key for key in taken_in if any(map(typed.search, forms(texts.EN[key])))] == []
""",
            """    assert [key for key, words in texts.EN.items() if any(map(typed.search, forms(words)))] == []
""",
        ),
    ],
}


def _named(catalogue: Catalog) -> Catalog:
    """With commands and options as the modules name them from now on."""
    new = Catalog()
    for message in catalogue:
        if message.id:
            is_key = re.fullmatch(r"\w+", message.context or "")
            new.add(
                _each(message.id) if is_key else message.id,
                context=message.context,
                locations=message.locations,
                auto_comments=message.auto_comments,
            )
    return new


def _put(catalogue: Catalog, part: Any) -> Iterator[str]:
    """What cannot be taken in as it is."""
    for key, words in getattr(part, "RU", {}).items():
        english, russian = _each(part.EN.get(key, "")), _each(words)
        message = catalogue.get(english, key)
        if message is None:
            yield f"{part.__name__}: {key} has no English"
        elif isinstance(english, str) != isinstance(russian, str):
            yield f"{part.__name__}: {key} has plural forms in one language only"
        elif not isinstance(russian, str) and len(russian) != catalogue.num_plurals:
            yield f"{part.__name__}: {key} has {len(russian)} plural forms"
        else:
            message.string = russian
            message.flags.discard("fuzzy")
    for english, russian in getattr(part, "COMMANDS", {}).items():
        contexts = (DESCRIPTION, CHOICE, MENU_NAME, COMMAND_NAME, OPTION_NAME)
        found = [message for context in contexts if (message := catalogue.get(english, context)) is not None]
        for message in found:
            message.string = russian
        if not found:
            yield f"{part.__name__}: the picker does not show {english!r}"


def _english_alone(source: str) -> str:
    lines, kept = source.splitlines(keepends=True), list[str]()
    gone, english = set[int](), range(0)
    for node in ast.parse(source).body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        name = targets[0].id if targets and isinstance(targets[0], ast.Name) else ""
        span = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        if name in ("RU", "COMMANDS"):
            gone |= set(span)
        if name == "EN":
            english = span
    for number, line in enumerate(lines, 1):
        if number not in gone:
            kept.append(_named_in(line) if number in english else line)
    return "".join(kept).rstrip() + "\n"


def _each(words: Any) -> Any:
    return _named_in(words) if isinstance(words, str) else tuple(map(_named_in, words))


def _named_in(words: str) -> str:
    """With commands and options as they are filled in."""
    words = _COMMAND.sub(r"{/\1}", words)
    return _OPTION.sub(r"`{@\1}`", words)


def _paths() -> list[str]:
    groups = [(command.name, getattr(command, "commands", ())) for command in COMMANDS]
    return [name for name, _ in groups] + [f"{name} {sub.name}" for name, below in groups for sub in below]


_COMMAND = re.compile(rf"(?<![\w{{/<>.])/({'|'.join(sorted(_paths(), key=len, reverse=True))})(?![\w/])")
_OPTION = re.compile(f"`({'|'.join(sorted({name for kind, name in shown(COMMANDS) if kind == OPTION_NAME}))})`")


if __name__ == "__main__":
    main(sys.argv[1:])
