"""Members' own blends of styles."""
