"""Where Discord's OpenAPI document is, for tests that need it; it is no part of the repository."""

import os
from functools import cache
from pathlib import Path

import pytest

from playground.spec import NAME, VARIABLE, Spec

BESIDE = Path(__file__).parents[2].parent / "shared" / NAME
PATH = Path(os.environ.get(VARIABLE, BESIDE))
needs_document = pytest.mark.skipif(not PATH.is_file(), reason=f"Discord's OpenAPI document is not here: {PATH}")


@cache
def spec() -> Spec:
    return Spec.read(PATH)
