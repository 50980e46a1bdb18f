"""Slack as one bot token sees it, for setup and for the doctor."""

from companion.adapters.slack.checks import SlackChecks
from companion.adapters.slack.probes import SlackProbes


class WebApiAccount(SlackChecks, SlackProbes):
    """A SlackAccount, see ports.py: the checks and the probes, with one client."""
