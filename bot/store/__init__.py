"""What the bot keeps, in SQLite: plain SQL, one module for each kind of thing. Nothing else in the bot contains SQL."""
