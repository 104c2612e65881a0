-- Adapters on their way into a server's library: from the command until there is a draft, or a reason why not.
CREATE TABLE additions (
    id TEXT PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    source TEXT NOT NULL,
    file_name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    locale TEXT NOT NULL,
    nsfw INTEGER NOT NULL,
    token TEXT NOT NULL,
    token_until REAL NOT NULL,
    created_at REAL NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX additions_by_time ON additions (created_at);
CREATE INDEX additions_of_guild ON additions (guild_id, created_at);
CREATE INDEX additions_of_member ON additions (user_id);
