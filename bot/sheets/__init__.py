"""Sheets: one prompt and seed in several weights or styles, drawn as one picture."""
