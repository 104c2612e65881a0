"""What there is in the playground: people, places, messages, applications. Knows nothing of HTTP."""
