"""The routes of Discord's REST API, a file for each resource. A new one is a file here and one line in `table.py`."""
