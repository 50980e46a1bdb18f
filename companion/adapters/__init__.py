"""Translations between the ports and the world: stores, Slack, models, timers."""
