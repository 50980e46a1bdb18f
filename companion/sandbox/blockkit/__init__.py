"""Slack's blocks: what is allowed in them, and what a person put into them. No network."""
