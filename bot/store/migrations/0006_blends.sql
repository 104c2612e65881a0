CREATE TABLE blends (
    id TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL,
    folded TEXT NOT NULL,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    parts TEXT NOT NULL,
    created_at REAL NOT NULL,
    UNIQUE (user_id, folded)
) STRICT;

-- With whom it is shared: a server, in which no other has its name.
CREATE TABLE blends_shared (
    guild_id INTEGER NOT NULL,
    folded TEXT NOT NULL,
    blend_id TEXT NOT NULL REFERENCES blends (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL,
    shared_at REAL NOT NULL,
    PRIMARY KEY (guild_id, folded)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX blends_shared_once ON blends_shared (blend_id, guild_id);
CREATE INDEX blends_shared_of_member ON blends_shared (user_id);
