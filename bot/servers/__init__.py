"""What a server sets, and holds its members to: settings, the panel that changes them, and the trail of changes."""
