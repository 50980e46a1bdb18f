"""What the doctor finds, against a Slack, stores, a model and a webhook that work or do not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from companion.adapters.dynamodb import DynamoLogStore
from companion.adapters.slack.client import SlackClient
from companion.adapters.sqlite import SqliteLogStore
from companion.adapters.status import StatusFile, status_path
from companion.bootstrap import SystemClock, slack_text
from companion.domain.jobs.job import Job, JobKind, JobResult, JobState, Outcome
from companion.domain.jobs.presses import Button, PressedPrompt, press_job
from companion.domain.missing import MissingEntries, missing_to_json
from companion.entrypoints.doctor import Verdict
from companion.entrypoints.doctor import examine as examine_all
from companion.entrypoints.webhook import build_app, serving
from companion.sandbox import Body, LocalSlack
from companion.settings import SETTINGS
from companion.usecases.capture import CaptureCommand
from companion.usecases.missing import HELD_NOTE
from tests.dynamodb_server import recording_dynamodb
from tests.fakes import FakeClock
from tests.login import bench
from tests.memory_store import MemoryLogStore

SECRET = "a-signing-secret-of-somebody"
OK, WARNING, FAILED, SKIPPED = Verdict

type Examine = Callable[..., "asyncio.Future[dict[str, tuple[Verdict, str]]]"]


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(now=lambda: datetime.now(UTC), time_zone="Europe/Berlin") as slack:
        yield slack


@pytest.fixture
def given(slack: LocalSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The settings, as `.env` has them; a test changes what it wants to be wrong."""
    for name in SETTINGS:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path / "llm"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    return {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_USER_ID": slack.user_id,
        "COMPANION_DB": str(tmp_path / "data" / "memory.db"),
        "COMPANION_TIMEZONE": "Europe/Berlin",
        "LLM_MODEL": "echo",
    }


@pytest.fixture
def examine(given: dict[str, str], tmp_path: Path) -> Callable[..., object]:
    machine = bench(tmp_path, "linux").machine

    async def all_of_it(mode: int = 0o600, **more: object) -> dict[str, tuple[Verdict, str]]:
        lines = [f"{name}={value}\n" for name, value in given.items()]
        env_file = tmp_path / ".env"
        await asyncio.to_thread(env_file.write_text, "".join(lines))
        await asyncio.to_thread(env_file.chmod, mode)
        clock = more.pop("clock", None) or SystemClock()
        found = await examine_all(machine, clock, uuid4(), env_file, **more)  # type: ignore[arg-type]
        findings = {each.check: (each.verdict, each.text) for each in found}
        for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
            secret = given.get(name)
            assert not secret or secret not in str(findings)
        return findings

    return all_of_it


@asynccontextmanager
async def webhook(secret: str = SECRET) -> AsyncIterator[tuple[str, MemoryLogStore]]:
    """Our webhook, and what it stores in."""
    store = MemoryLogStore()
    capture = CaptureCommand(store=store, clock=SystemClock())
    app = build_app(capture, secret, SystemClock(), slack_text())
    async with serving(app, "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}", store


def daemon_that_runs(given: dict[str, str], clock: SystemClock | FakeClock) -> StatusFile:
    file = StatusFile(status_path(Path(given["COMPANION_DB"])), clock)
    file.started()
    file.connected(True)
    file.worked()
    return file


async def test_where_everything_works_nothing_is_left_behind(
    given: dict[str, str], examine: Examine, slack: LocalSlack
) -> None:
    given["SLACK_SIGNING_SECRET"] = SECRET
    daemon_that_runs(given, SystemClock())
    async with SqliteLogStore.open(Path(given["COMPANION_DB"])):
        pass
    async with webhook() as (url, store):
        found = await examine(webhook=f"{url}/slack/events")
        kept = await store.fetch_logs(
            slack.user_id, datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
        )

    assert found.pop("commits")[0] is SKIPPED  # no repositories are named
    assert found.pop("calendar")[0] is SKIPPED
    assert found.pop("buttons")[0] is SKIPPED  # nobody was asked yet
    assert {name: verdict for name, (verdict, _) in found.items()} == dict.fromkeys(
        (
            *("settings", "clock", "bot token", "app token", "direct message"),
            *("store", "model", "daemon", "webhook"),
        ),
        OK,
    ), found
    assert kept == []
    assert slack.messages(slack.dm_channel) == []
    assert slack.socket_count == 0
    assert "accepts Slack's signature" in found["webhook"][1]


async def test_all_that_is_wrong_with_the_settings_is_named_and_the_rest_still_looked_at(
    given: dict[str, str], examine: Examine
) -> None:
    del given["SLACK_APP_TOKEN"]
    given["COMPANION_WORK_HOURS"] = "nine to five"
    given["SLACK_USER_ID"] = "ada"
    found = await examine()

    verdict, text = found["settings"]
    assert verdict is FAILED
    for part in ("SLACK_APP_TOKEN is missing", "COMPANION_WORK_HOURS", "SLACK_USER_ID is no"):
        assert part in text
    first, *lines = text.splitlines()
    assert first.startswith("fix these in ")
    assert len(lines) == 3  # one for each
    assert found["bot token"][0] is OK
    assert found["app token"] == (SKIPPED, "needs SLACK_APP_TOKEN")
    assert found["direct message"] == (SKIPPED, "needs SLACK_USER_ID")


async def test_settings_that_others_can_read_are_warned_of(examine: Examine) -> None:
    verdict, text = (await examine(mode=0o644))["settings"]
    assert verdict is WARNING
    assert "and the secrets in it. Run `chmod 600` on it." in text


@pytest.mark.parametrize(
    ("off", "verdict", "said"),
    [
        (timedelta(seconds=30), OK, "agrees with Slack's"),
        (timedelta(seconds=100), WARNING, "seconds ahead of Slack. Set its clock"),
        (timedelta(seconds=-100), WARNING, "seconds behind Slack. Set its clock"),
        (timedelta(seconds=-400), FAILED, "so signatures are refused. Set its clock"),
    ],
)
async def test_a_clock_that_is_off_is_reported(
    examine: Examine, off: timedelta, verdict: Verdict, said: str
) -> None:
    found = await examine(clock=FakeClock(datetime.now(UTC) + off))
    assert found["clock"][0] is verdict
    assert said in found["clock"][1]


async def test_without_a_network_each_check_says_so(
    given: dict[str, str], examine: Examine
) -> None:
    given["SLACK_API_URL"] = "http://127.0.0.1:9/api/"
    found = await examine()

    for name in ("clock", "bot token", "app token", "direct message"):
        verdict, text = found[name]
        assert verdict is FAILED
        assert "heck the network" in text, name


async def test_a_slack_that_hangs_is_not_waited_for(examine: Examine, slack: LocalSlack) -> None:
    done = asyncio.Event()

    async def hang(method: str, params: Body) -> web.StreamResponse | None:
        await done.wait()
        return None

    slack.before_api = hang
    found = await examine(timeout_s=0.5)
    done.set()

    for name in ("clock", "bot token", "app token", "direct message"):
        assert found[name] == (
            FAILED,
            "no answer within 0.5 seconds. Check the network, then try again.",
        )


async def test_each_token_that_slack_refuses_is_reported_by_name(
    given: dict[str, str], examine: Examine
) -> None:
    given["SLACK_BOT_TOKEN"], given["SLACK_APP_TOKEN"] = "xoxb-wrong", "xapp-wrong"
    found = await examine()

    assert found["bot token"][0] is found["app token"][0] is FAILED
    assert "Slack does not know that bot token: copy all of it again" in found["bot token"][1]
    assert "Slack does not know that app-level token. Make a new one" in found["app token"][1]


async def test_a_missing_scope_is_named(examine: Examine, slack: LocalSlack) -> None:
    slack.scopes.intersection_update({"chat:write", "im:write", "users:read"})
    verdict, text = (await examine())["bot token"]
    assert verdict is FAILED
    assert "does not have the scopes im:history, reactions:write. Add them" in text


async def test_missing_scopes_for_names_are_a_warning(examine: Examine, slack: LocalSlack) -> None:
    slack.scopes.discard("usergroups:read")
    verdict, text = (await examine())["bot token"]
    assert verdict is WARNING
    assert "the token does not have usergroups:read. Add what is missing under OAuth" in text


async def test_a_missing_scope_for_pictures_is_a_warning_where_a_review_comes(
    examine: Examine, slack: LocalSlack, given: dict[str, str]
) -> None:
    slack.scopes.discard("files:write")
    assert (await examine())["bot token"][0] is OK
    given["COMPANION_REVIEW"] = "fri 16:00"
    verdict, text = (await examine())["bot token"]
    assert verdict is WARNING
    assert "cannot upload the picture of the weekly review: files:write is missing" in text


async def test_a_missing_scope_for_do_not_disturb_is_a_warning_unless_it_is_switched_off(
    examine: Examine, slack: LocalSlack, given: dict[str, str]
) -> None:
    slack.scopes.discard("dnd:read")
    verdict, text = (await examine())["bot token"]
    assert verdict is WARNING
    assert "asks in Slack's Do Not Disturb too, because dnd:read is missing" in text
    given["COMPANION_OFF"] = "dnd"
    assert (await examine())["bot token"][0] is OK


async def test_a_websocket_that_does_not_open_is_reported(
    examine: Examine, slack: LocalSlack
) -> None:
    async def elsewhere(method: str, params: Body) -> web.StreamResponse | None:
        if method != "apps.connections.open":
            return None
        return web.json_response({"ok": True, "url": "ws://127.0.0.1:9/link"})

    slack.before_api = elsewhere
    verdict, text = (await examine())["app token"]
    assert verdict is FAILED
    assert "the WebSocket does not open" in text
    assert "lets WebSockets (wss://) through" in text


async def test_beside_a_connected_daemon_no_socket_is_opened(
    given: dict[str, str], examine: Examine, slack: LocalSlack
) -> None:
    alone = await examine()
    daemon_that_runs(given, SystemClock())
    beside = await examine()

    assert alone["app token"] == (OK, "opens Socket Mode; Slack said hello")
    assert beside["app token"] == (OK, "opens Socket Mode; the daemon is connected")


async def test_a_direct_message_that_was_written_to_is_not_written_to_again(
    examine: Examine, slack: LocalSlack
) -> None:
    first = await examine()
    posted = slack.api_calls.count("chat.postMessage")
    client_calls = len(slack.api_calls)
    await _post(slack, "What are you doing right now?")
    second = await examine()

    assert "tried, and deleted again" in first["direct message"][1]
    assert "the app has written there before" in second["direct message"][1]
    assert "chat.postMessage" not in slack.api_calls[client_calls + 1 :]
    assert posted == 1


@pytest.mark.parametrize(
    ("method", "code", "said"),
    [
        ("chat.postMessage", "messages_tab_disabled", "Switch it on under App Home"),
        ("conversations.open", "missing_scope", "Look at the app's scopes"),
        ("conversations.history", "channel_not_found", "Look at the app's scopes"),
    ],
)
async def test_a_direct_message_that_cannot_be_written_to_is_reported(
    examine: Examine, slack: LocalSlack, method: str, code: str, said: str
) -> None:
    async def refuse(called: str, params: Body) -> web.StreamResponse | None:
        return web.json_response({"ok": False, "error": code}) if called == method else None

    slack.before_api = refuse
    verdict, text = (await examine())["direct message"]
    assert verdict is FAILED
    assert said in text


async def test_a_member_id_that_nobody_has_is_reported(
    given: dict[str, str], examine: Examine
) -> None:
    given["SLACK_USER_ID"] = "U0NOBODY"
    verdict, text = (await examine())["direct message"]
    assert verdict is FAILED
    assert "has the member ID U0NOBODY" in text


# The store


async def test_a_database_is_not_made_by_looking_for_it(
    given: dict[str, str], examine: Examine
) -> None:
    verdict, text = (await examine())["store"]
    assert verdict is OK
    assert "will be created" in text
    assert not await asyncio.to_thread(Path(given["COMPANION_DB"]).exists)


async def test_a_database_that_does_not_open_is_reported(
    given: dict[str, str], examine: Examine, tmp_path: Path
) -> None:
    given["COMPANION_DB"] = str(tmp_path / "other.db")
    await asyncio.to_thread((tmp_path / "other.db").write_text, "This is something else. " * 50)
    verdict, text = (await examine())["store"]
    assert verdict is FAILED
    assert "this is not an SQLite database. Choose another file: COMPANION_DB." in text


async def test_a_database_that_others_can_read_is_warned_of(
    given: dict[str, str], examine: Examine
) -> None:
    path = Path(given["COMPANION_DB"])
    async with SqliteLogStore.open(path):
        pass
    await asyncio.to_thread(path.chmod, 0o644)
    verdict, text = (await examine())["store"]
    assert verdict is WARNING
    assert "Run `chmod 600` on it" in text


@pytest.mark.parametrize(
    ("free", "verdict", "said"),
    [(1_000_000, FAILED, "the disk has 1 MB left"), (200_000_000, WARNING, "only 200 MB left")],
)
async def test_a_disk_that_is_nearly_full_is_reported(
    given: dict[str, str], examine: Examine, free: int, verdict: Verdict, said: str
) -> None:
    async with SqliteLogStore.open(Path(given["COMPANION_DB"])):
        pass
    found = await examine(free_space=lambda _: free)
    assert found["store"][0] is verdict
    assert said in found["store"][1]
    assert "Free some space" in found["store"][1]


@pytest.fixture
def on_dynamodb(given: dict[str, str], dynamodb_settings: dict[str, str]) -> dict[str, str]:
    given |= {
        "DYNAMODB_TABLE": dynamodb_settings["table"],
        "AWS_REGION": dynamodb_settings["region"],
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_settings["endpoint_url"],
        "AWS_ACCESS_KEY_ID": dynamodb_settings["access_key"],
        "AWS_SECRET_ACCESS_KEY": dynamodb_settings["secret_key"],
    }
    return dynamodb_settings


async def test_a_table_is_looked_at(on_dynamodb: dict[str, str], examine: Examine) -> None:
    before = await examine()
    async with DynamoLogStore.open(**on_dynamodb) as store:
        await store.create_table()
    after = await examine()

    assert before["store"][0] is FAILED
    assert "run `companion table create`" in before["store"][1]
    assert after["store"] == (
        OK,
        f"the DynamoDB table {on_dynamodb['table']} (us-west-2) is as it should be",
    )


async def test_keys_that_may_not_do_what_is_needed_here_are_reported(
    given: dict[str, str], examine: Examine, on_dynamodb: dict[str, str]
) -> None:
    with recording_dynamodb() as dynamodb:
        given["AWS_ENDPOINT_URL_DYNAMODB"] = dynamodb.url
        async with DynamoLogStore.open(**on_dynamodb | {"endpoint_url": dynamodb.url}) as store:
            await store.create_table()
        dynamodb.deny("GetItem", "Query", "UpdateItem")
        for_the_daemon = await examine()
        for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
            del given[name]
        given["SLACK_SIGNING_SECRET"] = SECRET
        for_the_webhook = await examine()

    verdict, text = for_the_daemon["store"]
    assert verdict is FAILED
    assert "Query" in text
    # Keys from before may only put items: enough for /log, and not for /companion.
    verdict, text = for_the_webhook["store"]
    assert verdict is FAILED
    assert "dynamodb:Query is not allowed" in text
    assert "companion table policy --for webhook" in text


# The model, the daemon, the webhook


async def test_a_model_that_is_missing_is_a_warning(
    given: dict[str, str], examine: Examine
) -> None:
    given["LLM_MODEL"] = "no-such-model"
    verdict, text = (await examine())["model"]
    assert verdict is WARNING
    assert "is not known to llm" in text
    assert "Until a model answers, a summary is your entries as they are; set LLM_MODEL" in text


async def test_a_daemon_that_never_ran_is_a_warning(examine: Examine) -> None:
    verdict, text = (await examine())["daemon"]
    assert verdict is WARNING
    assert "was never started here. Start it with `companion daemon`" in text


async def test_a_daemon_that_stopped_is_reported(given: dict[str, str], examine: Examine) -> None:
    daemon_that_runs(given, SystemClock()).stopped("Slack refuses.")
    verdict, text = (await examine())["daemon"]
    assert verdict is FAILED
    assert "is not running: it stopped at " in text
    assert "Slack refuses. Start it with" in text


async def test_a_daemon_that_cannot_do_its_work_is_reported(
    given: dict[str, str], examine: Examine
) -> None:
    daemon_that_runs(given, SystemClock()).failed("DynamoDB cannot be reached.")
    verdict, text = (await examine())["daemon"]
    assert verdict is FAILED
    assert "it cannot do its work: DynamoDB cannot be reached." in text


async def test_messages_that_went_away_together_are_a_warning(
    given: dict[str, str], examine: Examine
) -> None:
    daemon_that_runs(given, SystemClock())
    async with SqliteLogStore.open(Path(given["COMPANION_DB"])) as store:
        entries = {UUID(int=number): SystemClock().now() for number in range(6)}
        missing = MissingEntries(found_at=SystemClock().now(), entries=entries)
        await store.save_note(given["SLACK_USER_ID"], HELD_NOTE, missing_to_json(missing))
    verdict, text = (await examine())["daemon"]
    assert verdict is WARNING
    assert text.startswith("6 entries from ")
    assert "went away in Slack all at once" in text


async def test_a_daemon_without_a_connection_is_reported(
    given: dict[str, str], examine: Examine
) -> None:
    daemon_that_runs(given, SystemClock()).connected(False)
    verdict, text = (await examine())["daemon"]
    assert verdict is FAILED
    assert "not connected to Slack now. Check the network" in text


async def test_a_daemon_that_has_been_silent_is_reported(
    given: dict[str, str], examine: Examine
) -> None:
    daemon_that_runs(given, FakeClock(datetime.now(UTC) - timedelta(hours=1)))
    verdict, text = (await examine())["daemon"]
    assert verdict is FAILED
    assert "has not written its status since" in text


async def test_presses_that_never_arrive_are_named_after_some_prompts(
    given: dict[str, str], examine: Examine
) -> None:
    now = datetime.now(UTC)
    path = Path(given["COMPANION_DB"])
    async with SqliteLogStore.open(path) as store:
        for number in range(5):
            await store.save_job(_sent_prompt(given, now, number))
        verdict, text = (await examine())["buttons"]
        assert verdict is SKIPPED
        assert "no press yet below 5 prompts" in text
        assert "An app from before" in text

        pressed = PressedPrompt(Button.SKIP, f"{now.date()}/prompt-0", "1.000000")
        await store.save_job(press_job(given["SLACK_USER_ID"], pressed, now, ZoneInfo("UTC")))
    verdict, text = (await examine())["buttons"]
    assert verdict is OK
    assert "presses arrive" in text


async def test_without_buttons_no_press_is_missed(given: dict[str, str], examine: Examine) -> None:
    given["COMPANION_OFF"] = "buttons"
    assert (await examine())["buttons"][0] is SKIPPED


def _sent_prompt(given: dict[str, str], now: datetime, number: int) -> Job:
    return Job(
        user_id=given["SLACK_USER_ID"],
        job_id=f"{now.date()}/prompt-{number}",
        kind=JobKind.PROMPT,
        day=now.date(),
        due=now,
        tz="UTC",
        state=JobState.DONE,
        result=JobResult(Outcome.SENT, now, message_ts=f"{number}.000000"),
    )


async def test_without_an_address_the_webhook_is_skipped(examine: Examine) -> None:
    verdict, text = (await examine())["webhook"]
    assert verdict is SKIPPED
    assert "give --webhook URL, or set COMPANION_WEBHOOK_URL" in text


async def test_a_webhook_that_is_not_there_is_reported(
    given: dict[str, str], examine: Examine
) -> None:
    given["COMPANION_WEBHOOK_URL"] = "http://127.0.0.1:9"
    verdict, text = (await examine())["webhook"]
    assert verdict is FAILED
    assert "http://127.0.0.1:9/healthz cannot be reached" in text


async def test_a_webhook_with_another_secret_is_reported(
    given: dict[str, str], examine: Examine
) -> None:
    given["SLACK_SIGNING_SECRET"] = SECRET
    async with webhook("another secret") as (url, _):
        verdict, text = (await examine(webhook=url))["webhook"]
    assert verdict is FAILED
    assert "Give the webhook the same secret" in text


async def test_without_the_secret_here_the_webhook_s_signature_cannot_be_tried(
    examine: Examine,
) -> None:
    async with webhook() as (url, _):
        verdict, text = (await examine(webhook=url))["webhook"]
    assert verdict is WARNING
    assert "set SLACK_SIGNING_SECRET here" in text


async def test_something_else_at_the_webhook_s_address_is_reported(
    given: dict[str, str], examine: Examine, slack: LocalSlack
) -> None:
    given["SLACK_SIGNING_SECRET"] = SECRET
    nobody = await examine(webhook=slack.url)

    async def ok(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", ok)
    async with serving(app, "127.0.0.1", 0) as port:
        friendly = await examine(webhook=f"http://127.0.0.1:{port}")

    assert nobody["webhook"][0] is friendly["webhook"][0] is FAILED
    assert "Check that this is the address of your webhook" in nobody["webhook"][1]
    assert "not as our webhook does" in friendly["webhook"][1]


async def test_the_webhook_is_recognized_whatever_it_says_to_people(
    given: dict[str, str], examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    given["SLACK_SIGNING_SECRET"] = SECRET
    for text in ("NOTHING_TO_SAVE", "NOT_ALLOWED", "NOT_SAVED", "LOGGED"):
        monkeypatch.setattr(f"companion.entrypoints.slack.commands.{text}", "Entirely other words.")
    async with webhook() as (url, _):
        verdict, text = (await examine(webhook=url))["webhook"]
    assert verdict is OK, text


async def test_an_address_that_is_not_a_url_is_reported(examine: Examine) -> None:
    verdict, text = (await examine(webhook="my-app"))["webhook"]
    assert verdict is FAILED
    assert "my-app is not a URL. Write it like https://my-companion.fly.dev." in text


async def test_where_the_webhook_lives_the_daemon_s_checks_are_skipped(
    given: dict[str, str], examine: Examine
) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_USER_ID"):
        del given[name]
    given["SLACK_SIGNING_SECRET"] = SECRET
    found = await examine()

    assert found["settings"][0] is OK
    for name in ("bot token", "app token", "direct message", "model", "daemon", "buttons"):
        assert found[name] == (
            SKIPPED,
            "the daemon is not set up here: SLACK_BOT_TOKEN and SLACK_APP_TOKEN are not set",
        )


async def _post(slack: LocalSlack, text: str) -> None:
    client = SlackClient(slack.bot_token, slack.api_url)
    await client.call("chat.postMessage", channel=slack.dm_channel, text=text)
