"""`companion daemon`, as a process that is started and stopped."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from companion.sandbox import LocalSlack
from tests.entrypoints.cli.conftest import Finished, Run, Start, end, line

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


async def test_a_daemon_whose_token_is_refused_at_its_start_says_so_once_and_ends(
    start: Start, slack_settings: dict[str, str]
) -> None:
    wrong = slack_settings | {"SLACK_APP_TOKEN": "xapp-wrong"}
    async with start("daemon", **wrong) as process:
        said = await end(process)

    assert process.returncode == 2
    assert said.count("Slack rejected the app-level token") == 1
    assert "Traceback" not in said
    assert "xapp-wrong" not in said


async def test_a_supervised_daemon_stays_stopped_when_only_a_person_can_help(
    start: Start, slack: LocalSlack, slack_settings: dict[str, str]
) -> None:
    slack.refuse("apps.connections.open", "socket_mode_disabled")
    async with start("daemon", "--supervised", **slack_settings) as process:
        said = await end(process)

    assert process.returncode == 0
    assert "Slack rejected the app-level token (socket_mode_disabled)" in said


async def test_a_supervised_daemon_outlasts_a_refusal_of_the_app_token(
    start: Start, slack: LocalSlack, slack_settings: dict[str, str]
) -> None:
    slack.refuse("apps.connections.open", "invalid_auth", times=2)
    async with start("daemon", "--supervised", **slack_settings) as process:
        await slack.wait_connected(timeout=60)
        process.terminate()
        await end(process)
    async with start("daemon", "logs", **slack_settings) as reading:
        log, _ = await reading.communicate()

    assert log.decode().count("WARNING token.refused token='app-level token'") == 2
    assert "token.taken_again" in log.decode()


async def test_a_supervised_daemon_outlasts_a_refusal_of_the_bot_token(
    start: Start, slack: LocalSlack, slack_settings: dict[str, str]
) -> None:
    refusals = [slack.refuse(method, "invalid_auth") for method in ("auth.test", "users.info")]
    refusals.append(slack.refuse("conversations.history", "invalid_auth"))
    async with start("daemon", "--supervised", **slack_settings) as process:
        await slack.wait_connected(timeout=60)
        ts = await slack.say(WORDS)
        seen = await _confirmed(slack, ts)
        async with asyncio.timeout(60):  # a tick comes every 20 seconds
            told = ""
            while "Slack rejects the bot token now (invalid_auth)" not in told:
                async with start("daemon", "status", **slack_settings) as asking:
                    told = (await asking.communicate())[0].decode()
        for refusal in refusals:
            slack.accept(refusal)
        slack.hold_events = True
        missed = await slack.say("said while it was not connected")
        await slack.cut_sockets()  # it reads back when it is connected again
        await _confirmed(slack, missed)
        assert process.returncode is None
        process.terminate()
        await end(process)
    assert seen
    assert process.returncode == 0


async def _confirmed(slack: LocalSlack, ts: str) -> object:
    return await slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"), timeout=60)


NOT_FOUND = "there is no such file"


def test_a_supervised_daemon_is_started_again_until_its_settings_can_be_read(
    process: Callable[..., Finished], tmp_path: Path
) -> None:
    unreadable = tmp_path / "unreadable.env"
    unreadable.touch(mode=0)
    if os.access(unreadable, os.R_OK):  # nothing is kept from root, but this
        unreadable = Path("/proc/self/mem")
        if not unreadable.exists():
            pytest.skip("root can read everything here")
    not_mounted = tmp_path / "volume" / "settings.env"
    for place, reason in ((unreadable, "cannot be read"), (not_mounted, NOT_FOUND)):
        ended = process("daemon", "--supervised", COMPANION_ENV_FILE=str(place))
        assert ended.returncode == 75
        assert f"{place}" in ended.stderr
        assert reason in ended.stderr
        assert "is missing" not in ended.stderr  # it may be in the file
        log = process("daemon", "logs", COMPANION_ENV_FILE=os.devnull).stdout
        assert "WARNING daemon.tries_later" in log
        assert process("daemon", COMPANION_ENV_FILE=str(place)).returncode == 2


def test_a_supervised_daemon_stays_stopped_without_the_settings_file_in_its_folder(
    process: Callable[..., Finished], tmp_path: Path
) -> None:
    ended = process("daemon", "--supervised", COMPANION_ENV_FILE=str(tmp_path / "gone.env"))
    assert ended.returncode == 0
    assert NOT_FOUND in ended.stderr


PASSING = {
    "a database folder that cannot be made": {"COMPANION_DB": "/dev/null/volume/memory.db"},
    "a log that cannot be written": {"XDG_STATE_HOME": "/dev/null", "HOME": "/dev/null"},
    "an AWS profile that is not there": {
        "DYNAMODB_TABLE": "Table",
        "AWS_PROFILE": "nobody",
    },
}


@pytest.mark.parametrize("trouble", PASSING.values(), ids=PASSING)
def test_what_keeps_a_supervised_daemon_from_starting_never_ends_it_as_if_it_were_well(
    process: Callable[..., Finished], trouble: dict[str, str]
) -> None:
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    ended = process(
        "daemon", "--supervised", SLACK_API_URL="http://127.0.0.1:9/", **tokens, **trouble
    )
    assert ended.returncode not in {0, None}
    assert ended.stderr


@pytest.mark.parametrize(("arguments", "status"), [([], 2), (["--supervised"], 0)])
def test_a_daemon_without_settings_names_them_all(
    companion: Run, arguments: list[str], status: int
) -> None:
    ended = companion("daemon", *arguments, SLACK_USER_ID="")

    assert ended.exit_code == status
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_USER_ID"):
        assert f"{name} is missing" in ended.stderr
