"""What was written down: the log of each forum, its people, sessions and backups."""
