"""Companion Memory: a personal assistant in Slack for developers whose focus comes and goes."""
