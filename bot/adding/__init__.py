"""Adapters that admins add from inside Discord: their way into the library, the panel of a draft, and the list."""
