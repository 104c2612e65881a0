CREATE TABLE servers (
    guild_id INTEGER PRIMARY KEY,
    settings TEXT NOT NULL,
    changed_at REAL NOT NULL
) STRICT;

CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    at REAL NOT NULL,
    by INTEGER NOT NULL,
    about INTEGER,
    kind TEXT NOT NULL,
    details TEXT NOT NULL
) STRICT;

CREATE INDEX audit_of_guild ON audit (guild_id, id);
CREATE INDEX audit_by ON audit (by);
CREATE INDEX audit_about ON audit (about) WHERE about IS NOT NULL;

-- How many pictures a job is of, and, where it is a sheet of several requests, what differs among them.
ALTER TABLE jobs ADD COLUMN amount INTEGER NOT NULL DEFAULT 1;
ALTER TABLE jobs ADD COLUMN variants TEXT NOT NULL DEFAULT '';
