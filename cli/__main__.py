"""`python -m cli` is `styleseal`."""

from cli.main import main

main()
