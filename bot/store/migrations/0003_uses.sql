-- How often each style was painted in where everybody in a server saw it: answered from this alone.
CREATE INDEX jobs_uses ON jobs (guild_id, style, amount, state, by_bot, private)
    WHERE state = 'done' AND by_bot = 1 AND private = 0 AND style <> '';
