"""A local workspace whose clock stands until a test moves it, and a client of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from companion.sandbox import LocalSlack


class StandingClock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, by: timedelta) -> None:
        self.moment += by


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
async def slack(clock: StandingClock) -> AsyncIterator[LocalSlack]:
    async with LocalSlack(
        now=clock, user_name="ada", ack_timeout_s=0.2, command_timeout_s=0.5
    ) as slack:
        yield slack


@pytest.fixture
def web(slack: LocalSlack) -> AsyncWebClient:
    """A client as the daemon has one, with the bot's token."""
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
