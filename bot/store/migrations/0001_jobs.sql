CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    guild_id INTEGER,
    channel_id INTEGER NOT NULL,
    message_id INTEGER,
    token TEXT NOT NULL,
    token_until REAL NOT NULL,
    locale TEXT NOT NULL,
    style TEXT NOT NULL,
    request TEXT NOT NULL,
    crashes INTEGER NOT NULL DEFAULT 0,
    why TEXT NOT NULL DEFAULT '',
    created_at REAL NOT NULL
) STRICT;

CREATE INDEX jobs_unfinished ON jobs (created_at) WHERE state IN ('waiting', 'painting')
