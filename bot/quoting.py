"""Members' words inside what the bot says: with nothing left in them that Discord would format, and no longer than
there is room for."""

import re

_FORMATS = "\\*_~`|<>[]#@"
_MORE = "…"


def quoted(words: str, most: int = 1_200) -> str:
    """On one line, of at most `most` units as they are sent."""
    line = "".join(f"\\{letter}" if letter in _FORMATS else letter for letter in " ".join(words.split()))
    if units(line) <= most:
        return line
    short = cut(line, most).removesuffix(_MORE)
    slashes = len(short) - len(short.rstrip("\\"))
    return short[: len(short) - slashes % 2] + _MORE  # a half of what was quoted would quote what follows


def block(words: str, most: int) -> str:
    """A code block of at most `most` units, as `units` counts them: three backticks in a row would end it, so a space
    without width parts them."""
    harmless = re.sub(r"``(?=`)", "``\u200b", words)
    return f"```\n{cut(harmless, most - 8)}\n```"


def cut(words: str, most: int) -> str:
    """The beginning that has at most `most` units."""
    if units(words) <= most:
        return words
    return words.encode("utf-16-le", "surrogatepass")[: 2 * max(0, most - 1)].decode("utf-16-le", "ignore") + _MORE


def units(words: str) -> int:
    """Of UTF-16: as long as Discord may count it, who does not say how it counts; an emoji has two."""
    return len(words.encode("utf-16-le", "surrogatepass")) // 2
