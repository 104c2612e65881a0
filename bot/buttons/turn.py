"""Turning pages, as people know it: `<< < 2/7 > >>`."""

from enum import StrEnum


class Turn(StrEnum):
    """To which page; it is in the custom_id, since two of them may be the same page."""

    FIRST = "first"
    BEFORE = "before"
    HERE = "here"
    AFTER = "after"
    LAST = "last"

    def button(self, page: int, pages: int) -> tuple[int, str, bool]:
        """Where it leads from a page, from 0, of so many; what is on it; and whether it leads nowhere."""
        to, label = {
            Turn.FIRST: (0, "<<"),
            Turn.BEFORE: (page - 1, "<"),
            Turn.HERE: (page, f"{page + 1}/{pages}"),
            Turn.AFTER: (page + 1, ">"),
            Turn.LAST: (pages - 1, ">>"),
        }[self]
        return max(0, to), label, to == page or not 0 <= to < pages


TURNS = "(?P<turn>first|before|here|after|last)"
