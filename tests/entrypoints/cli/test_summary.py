"""`companion summary`."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from companion.domain.entry import Entry, Source
from companion.domain.summaries.summary import WEEK, YESTERDAY
from companion.sandbox import LocalSlack
from tests.entrypoints.cli.conftest import USER, Run, Start

HEADINGS = [WEEK.heading, YESTERDAY.heading]


def of_three_days_ago(text: str) -> Entry:
    return Entry(
        user_id=USER,
        timestamp=datetime.now(UTC) - timedelta(days=3),
        text=text,
        log_id=uuid4(),
        source=Source.COMMAND,
    )


def test_the_digest_is_printed_as_markdown_where_a_program_reads(
    companion: Run, keep: Callable[..., None]
) -> None:
    keep(of_three_days_ago("tamed the scheduler"))

    shown = companion("summary")

    assert shown.exit_code == 0
    assert [line for line in shown.stdout.splitlines() if line.startswith("## ")] == HEADINGS
    assert "tamed the scheduler" in shown.stdout  # the model of tests repeats what it is told
    assert "Nothing on " in shown.stdout


def test_without_a_model_the_entries_are_shown_and_why(
    companion: Run, keep: Callable[..., None]
) -> None:
    keep(of_three_days_ago("tamed the scheduler"))

    shown = companion("summary", LLM_MODEL="no-such-model")

    assert shown.exit_code == 0
    assert "Without a model" in shown.stdout
    assert "tamed the scheduler" in shown.stdout


def test_today_s_entries_are_announced_for_tomorrow_s_summary(companion: Run) -> None:
    companion("log", "my first words")

    shown = companion("summary")

    assert (shown.stdout, shown.stderr) == (
        "Today's 1 entry will be in tomorrow's summary; `companion entries` shows it.\n",
        "",
    )


def test_where_nothing_is_written_down_it_names_the_command_of_the_terminal(companion: Run) -> None:
    shown = companion("summary")
    assert shown.stdout == (
        'Nothing is written down for the past week. Begin with `companion log "…"`.\n'
    )


def test_today_s_entries_are_announced_below_the_summary_of_earlier_ones(
    companion: Run, keep: Callable[..., None]
) -> None:
    keep(of_three_days_ago("tamed the scheduler"))
    companion("log", "one")
    companion("log", "two")
    shown = companion("summary")
    assert "tamed the scheduler" in shown.stdout
    assert shown.stderr == (
        "Today's 2 entries will be in tomorrow's summary; `companion entries` shows them.\n"
    )


def test_json_holds_the_two_sections(companion: Run) -> None:
    summary = json.loads(companion("summary", "--format", "json").stdout)

    assert summary["week"] == WEEK.nothing
    assert summary["yesterday"] == YESTERDAY.nothing
    assert summary["without_model"] is None


def test_on_a_terminal_it_is_set_for_reading(
    keep: Callable[..., None], on_terminal: Callable[..., str]
) -> None:
    keep(of_three_days_ago("tamed the scheduler"))
    shown = on_terminal("summary")

    assert "up to this past week:" in shown
    assert "## " not in shown
    assert "`/log`" not in shown


async def test_sending_puts_it_into_the_direct_message(
    start: Start, slack: LocalSlack, slack_settings: dict[str, str]
) -> None:
    async with start("summary", "--send", **slack_settings) as process:
        said, problems = await process.communicate()

    assert (process.returncode, problems) == (0, b"")
    assert said == b"Sent to your direct message in Slack.\n"
    (message,) = slack.messages(slack.dm_channel)
    assert message["blocks"][0]["text"].startswith(WEEK.heading)


async def test_sending_that_slack_refuses_is_one_line(
    start: Start, slack_settings: dict[str, str]
) -> None:
    wrong = slack_settings | {"SLACK_BOT_TOKEN": "xoxb-wrong"}
    async with start("summary", "--send", **wrong) as process:
        said, problems = await process.communicate()

    assert (process.returncode, said) == (1, b"")
    assert problems.startswith(b"companion: Slack's ")
    assert problems.count(b"\n") == 1


def test_sending_needs_slacks_settings(companion: Run) -> None:
    result = companion("summary", "--send")

    assert result.exit_code == 2
    assert "SLACK_BOT_TOKEN is missing" in result.stderr
