"""The person's computer: how the daemon runs on it, and how commands are called there."""
