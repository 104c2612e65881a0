"""The embedded base model: how its pictures are drawn, how it is trained, its weights."""
