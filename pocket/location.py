"""Where the embedded weights lie. Reading this loads nothing."""

from pathlib import Path

BASE = Path(__file__).parent / "base"
"""The base, in the diffusers folder layout."""
ADAPTERS = Path(__file__).parent / "adapters"
"""styles.json and the adapters it names."""
