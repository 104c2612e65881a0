"""Modules' own names and nothing before them."""

from adapters.formats.spelling import Prefixed

BARE = Prefixed("bare", {"": ""})
