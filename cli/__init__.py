"""The styleseal command: one small file per verb, heavy imports only inside a verb."""
