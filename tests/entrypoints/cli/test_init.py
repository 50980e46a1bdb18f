"""`companion init`: from an empty folder to a daemon that captures, whatever goes wrong between."""

import asyncio
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import pytest
from aiohttp import web
from dotenv import dotenv_values

from companion.adapters.dynamodb import DynamoLogStore
from companion.sandbox import Body, LocalSlack
from tests.entrypoints.cli.conftest import Finished, Start
from tests.entrypoints.cli.terminal import Terminal

SECRET = "0123456789abcdef" * 2
BOT, APP = "Bot token, xoxb-… (hidden", "App-level token, xapp-… (hidden"

type Converse = Callable[..., Awaitable[str]]
type Process = Callable[..., Finished]


@pytest.fixture
def home(environment: dict[str, str], slack: LocalSlack) -> dict[str, str]:
    """A machine on which nothing is set but where this Slack is."""
    for name in ("SLACK_USER_ID", "COMPANION_TIMEZONE", "COMPANION_DB", "LLM_MODEL"):
        environment.pop(name)
    environment |= {"SLACK_API_URL": slack.api_url, "BROWSER": "true %s", "NO_COLOR": "1"}
    return environment


@pytest.fixture
def cloud(home: dict[str, str], dynamodb_url: str) -> str:
    """The name of a table that is not there yet, where AWS is this machine's."""
    home["AWS_ENDPOINT_URL_DYNAMODB"] = dynamodb_url
    return f"companion-test-{uuid4().hex}"


@pytest.fixture
def converse(home: dict[str, str], tmp_path: Path) -> Converse:
    """Run `companion init`, answered by a function; what was shown."""

    async def run(
        answers: Callable[[Terminal], None], *arguments: str, status: int = 0, **changes: str
    ) -> str:
        def at_the_terminal() -> str:
            with Terminal(tmp_path, home | changes, "init", *arguments) as terminal:
                answers(terminal)
                assert terminal.end() == status, terminal.shown
                return terminal.shown

        return await asyncio.to_thread(at_the_terminal)

    return run


def kept(tmp_path: Path) -> dict[str, str | None]:
    return dotenv_values(tmp_path / ".env")


def rest(terminal: Terminal) -> None:
    """The steps that are the same in each way, with the defaults."""
    terminal.answer("Model [", "skip")
    terminal.answer("Is that right? [Y/n]")


async def test_a_newcomer_answers_a_few_questions_and_the_daemon_captures_a_reply(
    slack: LocalSlack,
    converse: Converse,
    start: Start,
    process: Process,
    home: dict[str, str],
    tmp_path: Path,
) -> None:
    def newcomer(terminal: Terminal) -> None:
        terminal.answer("Way [1]")
        terminal.see("If another app has one of them")
        terminal.see("--command /did or")
        terminal.see("https://api.slack.com/apps?new_app=1&manifest_yaml=display_information:")
        terminal.answer("Open it in the browser? [Y/n]")
        terminal.answer(BOT, slack.bot_token)
        terminal.see("@companion in Sandbox")
        terminal.answer(APP, slack.app_token)
        terminal.answer("Your name, @handle or member ID", "you")
        terminal.answer(f"Are you you (@you, {slack.user_id})? [Y/n]")
        terminal.answer("Model [llm's default]", "echo")
        terminal.answer("Ask echo for a word, to try it? [Y/n]")
        terminal.see("echo answers")
        terminal.answer("Is that right? [Y/n]")

    shown = await converse(newcomer)

    assert kept(tmp_path) == {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_USER_ID": slack.user_id,
        "LLM_MODEL": "echo",
    }
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert slack.bot_token not in shown
    assert slack.app_token not in shown
    end = shown.partition("That is all")[2]
    assert "companion doctor" in end
    assert "companion daemon install" in end
    assert end.count("\n") <= 12

    home.pop("SLACK_API_URL")  # .env has it
    async with start("daemon"):
        await slack.wait_connected(timeout=60)
        ts = await slack.say("it captures what I say")
        await slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"), timeout=60)
    listed = await asyncio.to_thread(process, "entries")
    assert "it captures what I say" in listed.stdout


async def test_an_unattended_init_moves_earlier_entries_and_says_how_many(
    slack: LocalSlack, process: Process, home: dict[str, str]
) -> None:
    assert (await asyncio.to_thread(process, "log", "before Slack")).returncode == 0
    home |= {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token}

    done = await asyncio.to_thread(process, "init", "--way", "mac", "--user", "you")

    assert done.returncode == 0, done.stderr
    moved = f"1 entry from before there was a Slack ID moved to {slack.user_id}"
    assert moved in done.stdout
    listed = await asyncio.to_thread(process, "entries")
    assert "before Slack" in listed.stdout
    assert "Slack ID" not in listed.stderr
    again = await asyncio.to_thread(process, "init", "--way", "mac", "--user", "you")
    assert "Slack ID moved" not in again.stdout


async def test_the_next_run_goes_on_where_the_last_one_stopped(
    slack: LocalSlack, converse: Converse, tmp_path: Path
) -> None:
    def stopping(terminal: Terminal) -> None:
        terminal.answer("Way [1]")
        terminal.answer("Open it in the browser? [Y/n]", "n")
        terminal.answer(BOT, slack.bot_token)
        terminal.interrupt(APP)

    def going_on(terminal: Terminal) -> None:
        terminal.answer("Way [1]")
        terminal.answer(f"{BOT}; Enter keeps what is set)")
        terminal.answer(APP, slack.app_token)
        terminal.answer("Your name, @handle or member ID", slack.user_id)
        terminal.answer("Are you")
        rest(terminal)

    shown = await converse(stopping, status=130)
    assert "Stopped. Your answers so far are saved" in shown
    assert kept(tmp_path)["SLACK_BOT_TOKEN"] == slack.bot_token

    shown = await converse(going_on)
    assert "new_app" not in shown  # the app is there already
    assert kept(tmp_path)["SLACK_USER_ID"] == slack.user_id


async def test_what_is_set_and_works_is_kept_by_enter_alone(
    slack: LocalSlack, converse: Converse, tmp_path: Path
) -> None:
    before = (
        f"# mine\nSLACK_BOT_TOKEN={slack.bot_token} # the bot's\n"
        f"SLACK_APP_TOKEN={slack.app_token}\n"
        f"SLACK_USER_ID={slack.user_id}\nSLACK_API_URL={slack.api_url}\nOTHER=1\n"
        "LLM_MODEL=echo\nCOMPANION_WORK_DAYS=mon-thu\n"
    )
    (tmp_path / ".env").write_text(before)

    def enter(terminal: Terminal) -> None:
        for question in ("Way [1]", BOT, APP, "Are you", "Model [echo]", "Ask echo for a word"):
            terminal.answer(question)
        terminal.see("mon-thu")
        terminal.answer("Is that right? [Y/n]")

    await converse(enter)

    assert (tmp_path / ".env").read_text() == before
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


async def test_each_mistake_with_a_token_is_named_and_asked_again(
    slack: LocalSlack, converse: Converse, tmp_path: Path
) -> None:
    async def hook(method: str, arguments: Body) -> web.StreamResponse | None:
        answers = said.get(method, [])
        answer, scopes = answers.pop(0) if answers else (None, "")
        if answer is None:
            return None
        return web.json_response(answer, headers={"X-OAuth-Scopes": scopes})

    revoked: Body = {"ok": False, "error": "token_revoked"}
    poor: Body = {"ok": True, "team": "Sandbox", "user": "companion", "bot_id": "B0"}
    said: dict[str, list[tuple[Body | None, str]]] = {
        "auth.test": [
            (None, ""),
            (revoked, ""),
            (poor, "chat:write,im:history,im:write,users:read"),
            (None, ""),
        ],
        "apps.connections.open": [
            ({"ok": False, "error": "missing_scope"}, ""),
            ({"ok": True, "url": "ws://"}, ""),
        ],
    }
    slack.before_api = hook

    def clumsy(terminal: Terminal) -> None:
        terminal.answer("Way [1]")
        terminal.answer("Open it in the browser? [Y/n]", "n")
        terminal.answer(BOT, slack.app_token)
        terminal.see("That is an app-level token (xapp-…). The bot token begins with xoxb-")
        terminal.answer(BOT)
        terminal.see("This one is needed.")
        terminal.answer(BOT, "xoxb-no-such-token")
        terminal.see("Slack does not know that bot token: copy all of it again")
        terminal.answer(BOT, slack.bot_token)
        terminal.see("That bot token was revoked. Install the app again")
        terminal.answer(BOT, slack.bot_token)
        terminal.see("does not have the scopes commands, reactions:write. Add them under OAuth")
        terminal.answer(BOT, slack.bot_token)
        terminal.answer(APP, slack.bot_token)
        terminal.see("That is a bot token (xoxb-…).")
        terminal.answer(APP, slack.app_token)
        terminal.see("does not have the scope connections:write. Make a new one")
        terminal.answer(APP, "xapp-1-A0OTHER-1-abc")
        terminal.see("That token belongs to another Slack app (A0OTHER)")
        terminal.answer(APP, slack.app_token)
        terminal.answer("Your name, @handle or member ID", "me@example.com")
        terminal.see("The app cannot see e-mail addresses")
        terminal.answer("Your name, @handle or member ID", "eve")
        terminal.see("Nobody in Sandbox is called 'eve'.")
        terminal.answer("Your name, @handle or member ID", "yo")
        terminal.answer("Are you", "y")
        rest(terminal)

    await converse(clumsy)

    assert kept(tmp_path)["SLACK_BOT_TOKEN"] == slack.bot_token
    assert kept(tmp_path)["SLACK_APP_TOKEN"] == slack.app_token


async def test_a_token_of_another_workspace_is_told_by_the_person_who_is_set(
    slack: LocalSlack, converse: Converse, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("SLACK_USER_ID=U0ELSEWHERE\n")

    def puzzled(terminal: Terminal) -> None:
        terminal.answer("Way [1]")
        terminal.answer("Open it in the browser? [Y/n]", "n")
        terminal.answer(BOT, slack.bot_token)
        terminal.see("That token is of the workspace Sandbox, and nobody there has U0ELSEWHERE")
        terminal.interrupt(BOT)

    await converse(puzzled, status=130)
    assert kept(tmp_path).get("SLACK_BOT_TOKEN") is None

    def moving(terminal: Terminal) -> None:
        terminal.answer("Way [1]")
        terminal.answer("Open it in the browser? [Y/n]", "n")
        terminal.answer(BOT, slack.bot_token)
        terminal.answer(APP, slack.app_token)
        terminal.answer("Are you you")
        rest(terminal)

    await converse(moving, "--user", "you")
    assert kept(tmp_path)["SLACK_USER_ID"] == slack.user_id


async def test_several_people_of_a_name_are_listed(
    slack: LocalSlack, converse: Converse, tmp_path: Path
) -> None:
    other = slack.add_user("youri")

    def choosing(terminal: Terminal) -> None:
        terminal.answer("Way [1]")
        terminal.answer("Open it in the browser? [Y/n]", "n")
        terminal.answer(BOT, slack.bot_token)
        terminal.answer(APP, slack.app_token)
        terminal.answer("Your name, @handle or member ID", "you")
        terminal.answer("Are you you", "n")
        terminal.answer("Your name, @handle or member ID", "yo")
        terminal.see("3  none of them")
        terminal.answer("Which one", "4")
        terminal.see("A number from 1 to 3.")
        terminal.answer("Which one", "2")
        rest(terminal)

    await converse(choosing)
    assert kept(tmp_path)["SLACK_USER_ID"] == other


async def test_a_slack_that_is_away_is_tried_again(
    slack: LocalSlack, converse: Converse, tmp_path: Path
) -> None:
    away = [503]

    async def hook(method: str, arguments: Body) -> web.StreamResponse | None:
        return web.Response(status=away.pop()) if away else None

    slack.before_api = hook
    (tmp_path / ".env").write_text(f"SLACK_BOT_TOKEN={slack.bot_token}\n")

    def patient(terminal: Terminal) -> None:
        terminal.answer("Way [1]")
        terminal.see("gave no answer at")
        terminal.see("Only if the app is gone")
        terminal.answer(f"{BOT}; Enter tries what is set again)")
        terminal.answer(APP, slack.app_token)
        terminal.answer("Your name", "you")
        terminal.answer("Are you")
        rest(terminal)

    await converse(patient)


async def test_your_own_days_are_asked_for_and_what_is_no_day_is_said(
    slack: LocalSlack, converse: Converse, tmp_path: Path
) -> None:
    tokens = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token}

    def particular(terminal: Terminal) -> None:
        for question in ("Way [1]", BOT, APP):
            terminal.answer(question)
        terminal.answer("Your name", "you")
        terminal.answer("Are you")
        terminal.see(
            "The model “no-such-model” is not known to llm; `companion llm models` lists those"
        )
        terminal.answer("Model [no-such-model]", "skip")
        terminal.answer("Is that right? [Y/n]", "n")
        terminal.answer("Days on which it may ask [mon-fri]", "mon-frx")
        terminal.see("names no weekdays")
        terminal.answer("Days on which it may ask [mon-fri]", "mon,wed")
        terminal.answer("Hours in which it may ask [09:00-17:00]", "22:00-06:00")
        terminal.answer("When the summary comes, every day [08:30]")
        terminal.answer("like fri 16:00, or never [never]", "friday")
        terminal.see("is not a day of the week and a time")
        terminal.answer("like fri 16:00, or never [never]", "fri 16:00")
        terminal.answer("Time zone", "Berlin")
        terminal.see("is not a time zone")
        terminal.answer("Time zone", "Europe/Berlin")

    await converse(particular, "--model", "no-such-model", **tokens)

    its = kept(tmp_path)
    assert its["COMPANION_WORK_DAYS"] == "mon,wed"
    assert its["COMPANION_WORK_HOURS"] == "22:00-06:00"
    assert its["COMPANION_TIMEZONE"] == "Europe/Berlin"
    assert its["COMPANION_REVIEW"] == "fri 16:00"
    assert "COMPANION_SUMMARY_TIME" not in its  # the default is not written down
    assert "LLM_MODEL" not in its
    assert its.items() >= tokens.items()  # what came from the environment is kept as well


async def test_with_fly_the_table_is_made_and_the_second_app_set_up(
    slack: LocalSlack,
    cloud: str,
    dynamodb_url: str,
    converse: Converse,
    process: Process,
    tmp_path: Path,
) -> None:
    def traveller(terminal: Terminal) -> None:
        terminal.answer("Way [1]", "2")
        terminal.answer("AWS region [us-west-2]", "nowhere")
        terminal.answer("DynamoDB table [CompanionMemoryLogs]", cloud)
        terminal.answer("AWS_ACCESS_KEY_ID")
        terminal.see("'nowhere' is not an AWS region. Write it like us-west-2")
        terminal.answer("AWS region [nowhere]", "us-west-2")
        terminal.answer(f"DynamoDB table [{cloud}]")
        terminal.answer("AWS_ACCESS_KEY_ID")
        terminal.see("AWS credentials are missing")
        terminal.answer("AWS region [us-west-2]")
        terminal.answer(f"DynamoDB table [{cloud}]")
        terminal.answer("AWS_ACCESS_KEY_ID", "AKIATEST")
        terminal.answer("AWS_SECRET_ACCESS_KEY (hidden)", "aws-secret")
        terminal.answer(f"There is no table {cloud} in us-west-2. Create it? [Y/n]", "n")
        terminal.see("Is it in another region?")
        terminal.answer("AWS region [us-west-2]")
        terminal.answer(f"DynamoDB table [{cloud}]")
        terminal.answer("AWS_ACCESS_KEY_ID [AKIA…TEST")
        terminal.answer("AWS_SECRET_ACCESS_KEY (hidden; Enter keeps")
        terminal.answer("Create it? [Y/n]")
        terminal.see(f"The table {cloud} in us-west-2 is ready.")
        terminal.answer("Open it in the browser? [Y/n]", "n")
        terminal.answer(BOT, slack.bot_token)
        terminal.answer(APP, slack.app_token)
        terminal.answer("The webhook's address", "http://companion")
        terminal.see("is not a webhook's address")
        terminal.answer("The webhook's address", "https://my-companion.fly.dev")
        terminal.see("/log and /companion then belong to this app")
        terminal.see("slash_commands")
        terminal.answer("Open it in the browser? [Y/n]", "n")
        terminal.answer("Signing secret (hidden", "not-it")
        terminal.see("That is not a signing secret")
        terminal.answer("Signing secret (hidden", SECRET)
        terminal.see("OAuth & Permissions of the same app")
        terminal.answer("Its bot token, xoxb-… (hidden; Enter skips)", "xoxb-wrong")
        terminal.see("✗")
        terminal.answer("Its bot token, xoxb-… (hidden; Enter skips)", slack.web_bot_token)
        terminal.see("The forms open as @")
        terminal.answer("Your name", "you")
        terminal.answer("Are you")
        rest(terminal)

    shown = await converse(traveller)

    its = kept(tmp_path)
    assert its["DYNAMODB_TABLE"] == cloud
    assert its["AWS_REGION"] == "us-west-2"
    assert its["SLACK_SIGNING_SECRET"] == SECRET
    assert its["COMPANION_WEBHOOK_URL"] == "https://my-companion.fly.dev"
    assert "aws-secret" not in shown
    assert SECRET not in shown
    assert its["SLACK_WEB_BOT_TOKEN"] == slack.web_bot_token
    assert slack.web_bot_token not in shown
    end = shown.partition("That is all")[2]
    assert "fly apps create my-companion" in end
    assert "'^(SLACK_SIGNING_SECRET|SLACK_WEB_BOT_TOKEN|AWS_ACCESS_KEY_ID|" in end
    assert "AWS_SECRET_ACCESS_KEY|DYNAMODB_TABLE|AWS_REGION)='" in end
    assert "/.env | fly secrets import" in end
    assert end.count("\n") <= 12
    checked = await asyncio.to_thread(process, "table", "check")
    assert checked.stdout == f"The table {cloud} is as it should be.\n"


@pytest.fixture
def with_fly(home: dict[str, str], slack: LocalSlack, cloud: str) -> tuple[str, ...]:
    """`init`, where everything but the web app's bot token is given."""
    home |= {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": SECRET,
        "AWS_ACCESS_KEY_ID": "AKIATEST",
        "AWS_SECRET_ACCESS_KEY": "aws-secret",
    }
    user = ("--user", slack.user_id, "--table", cloud, "--create-table")
    return "init", "--way", "fly", *user


async def test_without_a_terminal_the_web_app_s_bot_token_is_optional_and_checked(
    slack: LocalSlack, process: Process, with_fly: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "web").write_text(f"{slack.web_bot_token}\n")

    without = await asyncio.to_thread(process, *with_fly)
    its = kept(tmp_path)
    wrong = await asyncio.to_thread(lambda: process(*with_fly, SLACK_WEB_BOT_TOKEN="xoxb-wrong"))
    done = await asyncio.to_thread(process, *with_fly, "--web-bot-token-file", "web")

    assert without.returncode == 0, without.stderr
    assert not its.get("SLACK_WEB_BOT_TOKEN")
    assert "SLACK_WEB_BOT_TOKEN" not in without.stdout
    assert wrong.returncode == 1
    assert done.returncode == 0, done.stderr
    assert kept(tmp_path)["SLACK_WEB_BOT_TOKEN"] == slack.web_bot_token
    assert "|SLACK_WEB_BOT_TOKEN|" in done.stdout


async def test_the_web_app_s_bot_token_may_be_skipped_and_removed(
    slack: LocalSlack,
    converse: Converse,
    process: Process,
    with_fly: tuple[str, ...],
    tmp_path: Path,
) -> None:
    done = await asyncio.to_thread(
        lambda: process(*with_fly, SLACK_WEB_BOT_TOKEN=slack.web_bot_token)
    )
    assert done.returncode == 0, done.stderr
    assert kept(tmp_path)["SLACK_WEB_BOT_TOKEN"] == slack.web_bot_token

    def answer(typed: str, enter: str) -> Callable[[Terminal], None]:
        def person(terminal: Terminal) -> None:
            terminal.answer(BOT)
            terminal.answer(APP)
            terminal.answer("The webhook's address", "https://my-companion.fly.dev")
            terminal.answer("Signing secret (hidden")
            terminal.answer(f"Its bot token, xoxb-… (hidden; {enter})", typed)
            terminal.see("No forms. /log with a text works all the same.")
            terminal.answer("Are you")
            rest(terminal)

        return person

    await converse(answer("-", "Enter keeps what is set, - is for none"), *with_fly[1:])
    assert not kept(tmp_path)["SLACK_WEB_BOT_TOKEN"]
    shown = await converse(answer("", "Enter skips"), *with_fly[1:])
    assert "SLACK_WEB_BOT_TOKEN" not in shown.partition("That is all")[2]


async def test_a_table_with_other_keys_is_refused_and_another_name_asked_for(
    slack: LocalSlack,
    cloud: str,
    dynamodb_url: str,
    converse: Converse,
    tmp_path: Path,
) -> None:
    async with DynamoLogStore.open(
        table=cloud, region="us-west-2", endpoint_url=dynamodb_url, access_key="a", secret_key="b"
    ) as store:
        await store._client.create_table(
            TableName=cloud,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )

    def mistaken(terminal: Terminal) -> None:
        terminal.answer("AWS region [us-west-2]")
        terminal.answer("DynamoDB table [CompanionMemoryLogs]", cloud)
        terminal.answer("AWS_ACCESS_KEY_ID")
        terminal.answer("AWS_SECRET_ACCESS_KEY")
        terminal.see("both strings: choose another DYNAMODB_TABLE.")
        terminal.interrupt("AWS region")

    keys = {"AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "aws-secret"}
    await converse(mistaken, "--way", "fly", status=130, **keys)
    assert "DYNAMODB_TABLE" not in kept(tmp_path)


async def test_another_way_of_running_it_says_how_the_entries_follow(
    slack: LocalSlack, cloud: str, process: Process, home: dict[str, str], tmp_path: Path
) -> None:
    home |= {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_USER_ID": slack.user_id,
        "AWS_ACCESS_KEY_ID": "AKIATEST",
        "AWS_SECRET_ACCESS_KEY": "aws-secret",
    }

    def change() -> tuple[Finished, Finished, Finished]:
        assert process("log", "from before").returncode == 0
        fly = process("init", "--way", "fly", "--table", cloud, "--create-table")
        again = process("init", "--way", "fly")
        return fly, again, process("init", "--way", "mac")

    fly, again, mac = await asyncio.to_thread(change)

    assert "`companion copy --from sqlite --to dynamodb` copies them here" in fly.stderr
    assert "companion copy" not in again.stderr
    assert f"`DYNAMODB_TABLE={cloud} companion copy --from dynamodb --to sqlite`" in mac.stderr
    assert kept(tmp_path)["DYNAMODB_TABLE"] == ""


# Without a terminal


async def test_without_a_terminal_everything_that_is_missing_is_named_at_once(
    process: Process, home: dict[str, str], tmp_path: Path
) -> None:
    refused = await asyncio.to_thread(process, "init")
    assert refused.returncode == 2
    assert refused.stdout == ""
    for each in ("--way", "--bot-token-file", "--app-token-file", "SLACK_USER_ID, or --user"):
        assert each in refused.stderr
    assert "signing" not in refused.stderr
    fly = await asyncio.to_thread(process, "init", "--way", "fly")
    assert "SLACK_SIGNING_SECRET, or --signing-secret-file" in fly.stderr
    assert (tmp_path / ".env").read_text() == ""


async def test_without_a_terminal_flags_and_the_environment_are_enough(
    slack: LocalSlack, process: Process, home: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "bot").write_text(f"{slack.bot_token}\n")

    done = await asyncio.to_thread(
        lambda: process(
            *("init", "--way", "mac", "--user", "you", "--bot-token-file", "bot"),
            *("--model", "echo", "--work-hours", "10:00-18:00"),
            SLACK_APP_TOKEN=slack.app_token,
        )
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"That is all: {tmp_path / '.env'} has it")
    assert kept(tmp_path) == {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_USER_ID": slack.user_id,
        "LLM_MODEL": "echo",
        "COMPANION_WORK_HOURS": "10:00-18:00",
    }


async def test_without_a_terminal_a_table_is_made_only_if_that_is_said(
    process: Process, with_fly: tuple[str, ...], cloud: str, tmp_path: Path
) -> None:
    *way, create_table = with_fly

    refused = await asyncio.to_thread(process, *way)
    done = await asyncio.to_thread(process, *way, create_table)

    assert refused.returncode == 1
    assert "--create-table creates it here" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert done.returncode == 0, done.stderr
    assert kept(tmp_path)["DYNAMODB_TABLE"] == cloud


async def test_keys_that_run_out_are_used_but_not_written_down(
    slack: LocalSlack, cloud: str, process: Process, home: dict[str, str], tmp_path: Path
) -> None:
    home |= {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": SECRET,
        "AWS_ACCESS_KEY_ID": "ASIATEST",
        "AWS_SECRET_ACCESS_KEY": "aws-secret",
        "AWS_SESSION_TOKEN": "for an hour",
    }
    way = ("init", "--way", "fly", "--user", slack.user_id, "--table", cloud, "--create-table")

    done = await asyncio.to_thread(process, *way)

    assert done.returncode == 0, done.stderr
    assert "temporary: they work now, and are not written down" in done.stderr
    assert kept(tmp_path)["DYNAMODB_TABLE"] == cloud
    assert not [name for name in kept(tmp_path) if "KEY" in name or "SESSION" in name]


async def test_a_folder_that_cannot_be_written_to_is_a_line_and_no_loop(
    slack: LocalSlack, process: Process, home: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / ".env").unlink()
    (tmp_path / ".env").mkdir()
    failed = await asyncio.to_thread(process, "init", "--way", "mac")
    assert failed.returncode == 1
    assert failed.stderr == f"companion: {tmp_path / '.env'} cannot be used: Is a directory.\n"


@pytest.mark.parametrize(
    ("arguments", "changes", "status", "words"),
    [
        ((), {"SLACK_BOT_TOKEN": "xoxb-unknown"}, 1, "Slack does not know that bot token"),
        (("--user", "eve"), {}, 1, "Nobody in Sandbox is called 'eve'"),
        (("--user", "yo"), {}, 1, "2 people in Sandbox have a name like 'yo'. Give the member ID"),
        (("--model", "no-such"), {}, 1, "“no-such” is not known to llm"),
        (("--work-hours", "nine"), {}, 2, "nine"),
        (("--time-zone", "Berlin"), {}, 2, "'Berlin' is not a time zone"),
        (("--keychain",), {}, 2, "There is no keychain here"),
        (("--command", "log"), {}, 2, "'log' is not a slash command"),
        (("--bot-token-file", "nowhere"), {}, 2, "nowhere"),
        (("--table", "Entries"), {}, 2, "--table belongs to --way fly"),
        (("--create-table",), {}, 2, "--create-table belongs to --way fly"),
    ],
)
async def test_without_a_terminal_a_mistake_ends_it_with_a_line_that_says_why(
    slack: LocalSlack,
    process: Process,
    home: dict[str, str],
    arguments: tuple[str, ...],
    changes: dict[str, str],
    status: int,
    words: str,
) -> None:
    slack.add_user("youri")
    home |= {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_USER_ID": slack.user_id,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }

    failed = await asyncio.to_thread(lambda: process("init", "--way", "mac", *arguments, **changes))

    assert failed.returncode == status, failed.stderr
    assert words in failed.stderr


async def test_without_a_model_the_rest_is_set_up_and_that_is_said(
    slack: LocalSlack, process: Process, home: dict[str, str], tmp_path: Path
) -> None:
    done = await asyncio.to_thread(
        lambda: process(
            *("init", "--way", "mac", "--user", "you"),
            SLACK_BOT_TOKEN=slack.bot_token,
            SLACK_APP_TOKEN=slack.app_token,
        )
    )
    assert done.returncode == 0, done.stderr
    assert "`companion llm keys set openai` stores it. Until it answers" in done.stderr
    assert "LLM_MODEL" not in kept(tmp_path)


async def test_what_the_environment_sets_otherwise_is_pointed_out(
    slack: LocalSlack, process: Process, home: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "bot").write_text(slack.bot_token)
    done = await asyncio.to_thread(
        lambda: process(
            *("init", "--way", "mac", "--user", "you", "--bot-token-file", "bot"),
            SLACK_BOT_TOKEN="xoxb-stale",
            SLACK_APP_TOKEN=slack.app_token,
        )
    )
    assert done.returncode == 0, done.stderr
    assert "SLACK_BOT_TOKEN is set to something else in the environment" in done.stderr
    assert "xoxb-stale" not in done.stderr
