"""`companion daemon`, as a process that is started and stopped."""

import pytest

from companion.sandbox import LocalSlack
from tests.entrypoints.cli.conftest import Run, Start, end, line

WORDS = "zebra crossing before midnight"
CONFIRMED = "white_check_mark"


async def test_the_daemon_listens_in_the_direct_message_until_it_is_stopped(
    start: Start, slack: LocalSlack, slack_settings: dict[str, str]
) -> None:
    async with start("daemon", LOG_LEVEL="DEBUG", **slack_settings) as process:
        assert (await line(process)).startswith(
            f"companion daemon: in the direct message of {slack.user_id}, storing in /"
        )
        await slack.wait_connected()
        ts = await slack.say(WORDS)
        await slack.wait_for(
            lambda message: (
                message["ts"] == ts
                and CONFIRMED in [reaction["name"] for reaction in message.get("reactions", [])]
            )
        )
        process.terminate()
        log = await end(process)

    assert process.returncode == 0
    assert f"INFO message.captured ts={ts}" in log
    for private in (*WORDS.split(), slack.bot_token, slack.app_token, "ticket"):
        assert private not in log


@pytest.mark.parametrize(("arguments", "status"), [([], 2), (["--supervised"], 0)])
async def test_a_daemon_whose_token_is_refused_says_so_once_and_ends(
    start: Start, slack_settings: dict[str, str], arguments: list[str], status: int
) -> None:
    wrong = slack_settings | {"SLACK_APP_TOKEN": "xapp-wrong"}
    async with start("daemon", *arguments, **wrong) as process:
        said = await end(process, within_s=15)

    assert process.returncode == status
    assert said.count("Slack rejected the app-level token") == 1
    assert "Traceback" not in said
    assert "xapp-wrong" not in said


@pytest.mark.parametrize(("arguments", "status"), [([], 2), (["--supervised"], 0)])
def test_a_daemon_without_settings_names_them_all(
    companion: Run, arguments: list[str], status: int
) -> None:
    ended = companion("daemon", *arguments, SLACK_USER_ID="")

    assert ended.exit_code == status
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_USER_ID"):
        assert f"{name} is missing" in ended.stderr
