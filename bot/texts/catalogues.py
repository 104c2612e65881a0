"""Keeps the translations in step with the code: `python -m bot.texts.catalogues` brings every catalogue in `bot/locales`
up to date and says what is missing; with the code of a language (`... de`), it begins that one.

What a catalogue has under a text's key: its translation stays as long as the English does. Where the English is another
now, the old translation is kept as fuzzy, which nobody reads until a translator has looked at it; what the code says no
more stays at the end, as obsolete.
"""

import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from bot.commands import COMMANDS
from bot.texts import _PARTS, errors
from bot.texts.languages import DECIMAL, FOLDER, NAME, decimal_of, own_name
from bot.texts.picker import LIMITS, shown

_HEADER = """# What StyleSeal says, in {name}. Kept in step with the code by: python -m bot.texts.catalogues
msgid ""
msgstr ""
"Project-Id-Version: StyleSeal\\n"
"Language: {language}\\n"
"Plural-Forms: {plural_forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"{NAME}: {own_name}\\n"
"{DECIMAL}: {decimal}\\n"

"""


def said() -> Catalog:
    """All there is to translate: texts by key, what the command picker shows, sentences of errors and their fields."""
    catalogue = Catalog()
    for part in _PARTS:
        where = [(f"{part.__name__.replace('.', '/')}.py", None)]
        for key, english in part.EN.items():
            catalogue.add(english, context=key, locations=where)  # type: ignore[arg-type]
    for context, english in sorted(set(shown(COMMANDS))):
        catalogue.add(english, context=context, auto_comments=[f"{LIMITS[context]} characters at most"])
    for sentence in errors.SENTENCES:
        catalogue.add(sentence.english, context=errors.SENTENCE)
    for field in errors.FIELDS:
        catalogue.add(field, context=errors.FIELD)
    return catalogue


def brought_up_to_date(old: Catalog, now: Catalog) -> Catalog:
    """`old` with the messages of `now`, in their order."""
    new = _empty(old)
    known = {_identity(message): message for message in (*old.obsolete.values(), *_messages(old))}
    by_key = {message.context: message for message in known.values() if _is_key(message.context)}
    for message in _messages(now):
        found = known.pop(_identity(message), None)
        is_other = found is None and message.context in by_key
        found = by_key.get(message.context) if is_other else found
        if is_other and found is not None:
            known.pop(_identity(found), None)
        new.add(
            message.id,
            _filled(new, message, found),
            context=message.context,
            locations=message.locations,
            auto_comments=message.auto_comments,
            user_comments=[] if found is None else found.user_comments,
            flags={"fuzzy"} if found is not None and (found.fuzzy or is_other) and any(_strings(found)) else (),
        )
    for message in known.values():
        if any(_strings(message)):
            new.obsolete[message.context or "", _identity(message)[0]] = message
    return new


def written(catalogue: Catalog) -> str:
    """As it stands in its file; the same at any time."""
    for message in (*_messages(catalogue), *catalogue.obsolete.values()):
        message.flags -= {"python-format", "python-brace-format"}
    header = _HEADER.format(
        name=catalogue.locale.english_name if catalogue.locale else catalogue.locale_identifier,
        language=catalogue.locale_identifier,
        plural_forms=catalogue.plural_forms,
        NAME=NAME,
        own_name=own_name(catalogue.locale) or catalogue.locale_identifier,
        DECIMAL=DECIMAL,
        decimal=decimal_of(catalogue.locale),
    )
    body = io.BytesIO()
    write_po(body, catalogue, width=0, omit_header=True)
    return header + body.getvalue().decode().strip() + "\n"


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.stem.replace("-", "_"), abort_invalid=True)


def begun(code: str) -> Catalog:
    """One of a new language, with nothing in it."""
    return Catalog(locale=code.replace("-", "_"))


def untranslated(catalogue: Catalog) -> list[str]:
    """Said briefly, one by one: missing, to be looked at (fuzzy), not needed any more (obsolete)."""
    found = [
        f"{'fuzzy' if message.fuzzy else 'missing'}: {message.context}: {_identity(message)[0]}"
        for message in _messages(catalogue)
        if message.fuzzy or not all(_strings(message))
    ]
    return found + [f"obsolete: {message.context}: {_identity(message)[0]}" for message in catalogue.obsolete.values()]


def main(codes: Sequence[str], folder: Path = FOLDER) -> int:
    """How many catalogues are not complete."""
    now, incomplete = said(), 0
    begin = (folder / f"{code.replace('-', '_')}.po" for code in codes)
    for path in sorted({*folder.glob("*.po"), *begin}):
        old = read(path) if path.exists() else begun(path.stem)
        new = brought_up_to_date(old, now)
        path.write_text(written(new), encoding="utf-8", newline="\n")
        missing = untranslated(new)
        print(f"{path.name}: {len(new)} texts, {len(missing)} to look at", *missing, sep="\n  ")
        incomplete += bool(missing)
    return incomplete


def _empty(old: Catalog) -> Catalog:
    new = Catalog(locale=old.locale_identifier)
    new.mime_headers = [("Plural-Forms", old.plural_forms)]
    return new


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _identity(message: Message) -> tuple[str, str | None]:
    return message.id if isinstance(message.id, str) else message.id[0], message.context


def _is_key(context: str | None) -> bool:
    return re.fullmatch(r"\w+", context or "") is not None


def _strings(message: Message) -> Iterable[str]:
    string = message.string
    return (string or "",) if isinstance(string, str | None) else string


def _filled(catalogue: Catalog, message: Message, found: Message | None) -> str | tuple[str, ...]:
    """With as many forms as there have to be."""
    given = () if found is None else tuple(_strings(found))
    if isinstance(message.id, str):
        return given[0] if given else ""
    return tuple(chain(given, [""] * catalogue.num_plurals))[: catalogue.num_plurals]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
