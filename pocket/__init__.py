"""The embedded base: how its pictures are drawn, how it is trained, and its weights."""
