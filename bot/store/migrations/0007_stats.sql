-- What was delivered in a server, for its charts and boards: each is answered from these two alone.
CREATE INDEX jobs_delivered ON jobs (guild_id, created_at, id, user_id, style, private, nsfw, state, by_bot)
    WHERE state = 'done' AND by_bot = 1;
CREATE INDEX pictures_times ON pictures (job_id, number, created_at);
