"""The page on adapters says what is so."""

from pathlib import Path

from tests.adapters.table_of_kinds import table

PAGE = Path(__file__).parents[2] / "docs" / "adapters.md"


def test_the_table_of_kinds_is_what_happens_to_them() -> None:
    text = PAGE.read_text("utf-8")
    shown = text.split("<!-- kinds -->")[1].split("<!-- end of kinds -->")[0].strip()
    assert shown.splitlines() == table()
