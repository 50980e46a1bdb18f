"""Bolt as both programs have it. What it logs, and what it asks Slack, is decided here."""

import logging

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware


def bolt_app(verification: AsyncMiddleware | None = None) -> AsyncApp:
    """An app that acks only after its listener has run.

    `verification` decides which requests are Slack's. Over a socket there is none: only Slack
    gives away the socket's address.
    """
    return AsyncApp(
        # Not our name: Bolt sets the level of the logger that has its app's name.
        name="bolt",
        logger=quiet_logger(),
        authorize=authorize,
        # Bolt would answer, and ack, before anything is stored.
        process_before_response=True,
        # Bolt's own would take the time from the system: `verification` is Bolt's with our clock.
        request_verification_enabled=False,
        before_authorize=verification,
        ssl_check_enabled=False,  # it would come before the verification
        # Only one person's words count anyway, and `authorize` names no id to tell ours by.
        ignoring_self_events_enabled=False,
        url_verification_enabled=False,  # for the URL of events, which come over the socket here
        # For custom functions and for assistants' threads: no listener of ours is either.
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )


async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Who the app is, without asking Slack: a command has to be answered within three seconds."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)


def quiet_logger() -> logging.Logger:
    """Bolt writes whole requests into its log; ours says what happened to which id instead."""
    logger = logging.getLogger("companion.bolt")
    logger.setLevel(logging.CRITICAL)
    return logger
