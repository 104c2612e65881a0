"""Styles as members meet them: what can be picked where, and its completion; the gallery, its cards and previews."""
