"""The adapter library: reading, checking and keeping LoRA files, and the places they come from."""
