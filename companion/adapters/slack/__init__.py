"""Slack: calls to its Web API, and its payloads and texts in plain values."""
