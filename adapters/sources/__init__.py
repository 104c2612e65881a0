"""Where adapter files come from: what a link names is found out first (`table.find`), then fetched (`download`)."""
