"""`companion prompt`: asked once, by the running daemon where there is one."""

import asyncio
import re

from aiohttp import web

from companion.sandbox import Body, LocalSlack
from tests.entrypoints.cli.conftest import Start

QUESTION = "What are you doing right now?"
NEVER = {"COMPANION_WORK_DAYS": "mon", "COMPANION_WORK_HOURS": "00:00-00:01"}


def asked(slack: LocalSlack) -> list[str]:
    return [m["text"] for m in slack.messages(slack.dm_channel) if m["text"] == QUESTION]


async def prompted(start: Start, settings: dict[str, str]) -> tuple[int | None, str, str]:
    async with start("prompt", **settings) as process:
        stdout, stderr = await process.communicate()
    return process.returncode, stdout.decode(), stderr.decode()


async def test_without_a_daemon_it_asks_itself(
    start: Start, slack: LocalSlack, slack_settings: dict[str, str]
) -> None:
    status, said, _ = await prompted(start, slack_settings)

    assert status == 0
    assert "No daemon is running here; your answer is stored when one starts." in said
    assert len(asked(slack)) == 1


async def test_the_running_daemon_asks_also_outside_the_working_hours(
    start: Start, slack: LocalSlack, slack_settings: dict[str, str]
) -> None:
    settings = slack_settings | NEVER
    async with start("daemon", **settings) as daemon:
        await slack.wait_connected(timeout=60)
        status, said, problem = await prompted(start, settings)
        daemon.terminate()
        _, log = await daemon.communicate()

    assert (status, said) == (0, "Asked in your direct message.\n"), problem
    assert len(asked(slack)) == 1
    assert re.search(r"job\.sent job_id=\S+/ask-", log.decode())


async def test_a_slack_that_refuses_is_reported(
    start: Start, slack: LocalSlack, slack_settings: dict[str, str]
) -> None:
    async def refuse(method: str, _: Body) -> web.StreamResponse | None:
        refused = method == "conversations.open"
        return web.json_response({"ok": False, "error": "account_inactive"}) if refused else None

    slack.before_api = refuse
    status, said, problem = await asyncio.create_task(prompted(start, slack_settings))

    assert (status, said) == (1, "")
    assert "account_inactive" in problem
