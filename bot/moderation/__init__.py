"""Reports, pictures that are held back, warnings and blocks."""
