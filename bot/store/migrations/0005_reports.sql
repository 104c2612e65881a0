-- Pictures that a moderator is to look at: those that members reported, and those that the engine's screen has flagged,
-- whose user_id is 0.
CREATE TABLE reports (
    id TEXT PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL,
    why TEXT NOT NULL,
    at REAL NOT NULL,
    closed_at REAL,
    UNIQUE (job_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX reports_of_guild ON reports (guild_id, closed_at, at);
CREATE INDEX reports_of_member ON reports (user_id, at);
