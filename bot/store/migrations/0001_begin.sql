CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    guild_id INTEGER,
    channel_id INTEGER NOT NULL,
    message_id INTEGER,
    interaction_id INTEGER NOT NULL,
    token TEXT NOT NULL,
    token_until REAL NOT NULL,
    by_bot INTEGER NOT NULL,
    private INTEGER NOT NULL,
    nsfw INTEGER NOT NULL,
    upload_bytes INTEGER NOT NULL,
    locale TEXT NOT NULL,
    style TEXT NOT NULL,
    request TEXT NOT NULL,
    aspect TEXT NOT NULL,
    strength REAL,
    init_url TEXT NOT NULL,
    spoiler INTEGER NOT NULL,
    preview INTEGER NOT NULL,
    weight REAL NOT NULL,
    note TEXT NOT NULL,
    parent TEXT NOT NULL,
    crashes INTEGER NOT NULL,
    suspect INTEGER NOT NULL,
    why TEXT NOT NULL,
    created_at REAL NOT NULL
) STRICT;

CREATE INDEX jobs_unfinished ON jobs (created_at) WHERE state IN ('asked', 'waiting', 'painting');
CREATE INDEX jobs_of_member ON jobs (user_id, created_at);
CREATE INDEX jobs_of_guild ON jobs (guild_id, created_at);
CREATE INDEX jobs_unfinished_of_guild ON jobs (guild_id, created_at) WHERE state IN ('asked', 'waiting', 'painting');
CREATE INDEX jobs_of_message ON jobs (message_id) WHERE message_id IS NOT NULL;

CREATE TABLE pictures (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    prompt_used TEXT NOT NULL,
    cut TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    seconds REAL NOT NULL,
    created_at REAL NOT NULL,
    PRIMARY KEY (job_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX pictures_of_member ON pictures (user_id, created_at, bytes) WHERE bytes > 0;
CREATE INDEX pictures_kept ON pictures (created_at) WHERE bytes > 0;

CREATE TABLE outbox (
    key TEXT PRIMARY KEY,
    job_id TEXT,
    target TEXT NOT NULL,
    form TEXT NOT NULL,
    message_id INTEGER,
    due REAL NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    held INTEGER NOT NULL DEFAULT 0,
    created_at REAL NOT NULL
) STRICT;

CREATE INDEX outbox_due ON outbox (due) WHERE held = 0;
CREATE INDEX outbox_of_job ON outbox (job_id) WHERE job_id IS NOT NULL;

CREATE TABLE agenda (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX agenda_at ON agenda (at);

CREATE TABLE preferences (
    user_id INTEGER PRIMARY KEY,
    style TEXT,
    weight REAL,
    aspect TEXT,
    steps INTEGER,
    guidance REAL,
    negative TEXT,
    language TEXT,
    preview INTEGER,
    private INTEGER,
    changed_at REAL NOT NULL
) STRICT;

CREATE TABLE styles_used (
    user_id INTEGER NOT NULL,
    style TEXT NOT NULL,
    used_at REAL NOT NULL,
    favourite INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, style)
) STRICT, WITHOUT ROWID;

CREATE TABLE blocks (
    guild_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    until REAL,
    why TEXT NOT NULL,
    by INTEGER NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (guild_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE kept (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT
