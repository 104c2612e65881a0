"""The verbs of `styleseal adapters`: a file each, and a line each in `cli.main`."""
