"""What was painted in a server, as a drawn chart sheet and as boards."""
