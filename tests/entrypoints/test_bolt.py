"""Bolt's switches: what of Bolt's own is on, and when it acks."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from slack_bolt.async_app import AsyncBoltRequest

from companion.entrypoints.bolt import authorize, bolt_app
from companion.entrypoints.signature import Verification
from tests.fakes import FakeClock

MESSAGE = {
    "type": "event_callback",
    "team_id": "T1",
    "event": {"type": "message", "channel": "D1", "user": "U1", "text": "tea", "ts": "1.0"},
}


def request(body: object) -> AsyncBoltRequest:
    return AsyncBoltRequest(body=json.dumps(body), mode="socket_mode")


@pytest.mark.parametrize("over_http", [False, True])
def test_nothing_of_bolt_s_own_comes_before_a_listener_but_who_the_app_is(over_http: bool) -> None:
    """Each of the other switches would put something of Bolt's into this list."""
    clock = FakeClock(datetime(2026, 11, 20, tzinfo=UTC))
    app = bolt_app(Verification("secret", clock) if over_http else None)
    names = [type(each).__name__ for each in app._async_middleware_list]
    assert names == [*(["Verification"] if over_http else []), "AsyncMultiTeamsAuthorization"]


async def test_an_event_is_acked_after_its_listener_has_run_and_not_before() -> None:
    app, stored = bolt_app(), asyncio.Event()

    @app.event("message")
    async def on_message() -> None:
        await stored.wait()

    answering = asyncio.create_task(app.async_dispatch(request(MESSAGE)))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not answering.done()
    stored.set()
    assert (await answering).status == 200


async def test_an_event_whose_listener_fails_is_not_acked() -> None:
    app = bolt_app()

    @app.event("message")
    async def on_message() -> None:
        raise ValueError

    assert (await app.async_dispatch(request(MESSAGE))).status == 500


async def test_a_listener_is_given_nothing_for_threads_of_assistants() -> None:
    """Bolt would ask Slack for what it adds, in front of the ack."""
    app = bolt_app()
    assert app._attaching_conversation_kwargs_enabled is False


async def test_bolt_is_told_no_id_of_ours_by_which_it_would_drop_messages() -> None:
    """People's words that come through our own app are told apart by what stores them."""
    ours = await authorize(None, "T1")
    assert (ours.bot_id, ours.bot_user_id, ours.bot_token) == (None, None, None)
