"""The Slack apps: what Slack's manifests may hold, and no scope more or less than is used."""

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from companion.adapters import slack
from companion.bootstrap.surroundings import slack_account
from companion.domain.manifest import (
    APP_TOKEN_SCOPE,
    LOG_MESSAGE,
    SCOPES,
    App,
    CommandNames,
    manifest,
)
from tests.system import workplace

URL = "https://companion.fly.dev"

# https://docs.slack.dev/reference/methods: what each method asks of a bot's token in a DM.
# None: no scope. The app-level token is another one, and no manifest makes it.
METHOD_SCOPES = {
    "api.test": None,
    "apps.connections.open": None,
    "auth.test": None,
    "bots.info": "users:read",
    "chat.delete": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "im:history",
    "conversations.info": "channels:read",
    "conversations.open": "im:write",
    "conversations.replies": "im:history",
    "dnd.info": "dnd:read",
    "files.completeUploadExternal": "files:write",
    "files.getUploadURLExternal": "files:write",
    "reactions.add": "reactions:write",
    "reactions.remove": "reactions:write",
    "usergroups.list": "usergroups:read",
    "users.info": "users:read",
    "users.list": "users:read",
    "views.open": None,
    "views.publish": None,
}

# https://docs.slack.dev/reference/app-manifest: the fields in use, with their types and limits.
TEXT, FLAG = str, bool
FIELDS: dict[str, Any] = {
    "display_information": {"name": (TEXT, 35), "description": (TEXT, 140)},
    "features": {
        "app_home": {
            "home_tab_enabled": FLAG,
            "messages_tab_enabled": FLAG,
            "messages_tab_read_only_enabled": FLAG,
        },
        "bot_user": {"display_name": (TEXT, 80), "always_online": FLAG},
        "slash_commands": [
            {
                "command": (TEXT, 32),
                "url": (TEXT, 3000),
                "description": (TEXT, 2000),
                "usage_hint": (TEXT, 1000),
                "should_escape": FLAG,
            }
        ],
        "shortcuts": [
            {
                "name": (TEXT, 24),
                "type": (TEXT, 7),
                "callback_id": (TEXT, 255),
                "description": (TEXT, 150),
            }
        ],
    },
    "oauth_config": {"scopes": {"bot": [(TEXT, 255)]}},
    "settings": {
        "event_subscriptions": {"bot_events": [(TEXT, 255)]},
        "interactivity": {"is_enabled": FLAG, "request_url": (TEXT, 3000)},
        "org_deploy_enabled": FLAG,
        "socket_mode_enabled": FLAG,
        "token_rotation_enabled": FLAG,
    },
}


def problems(value: Any, rule: Any, where: str = "") -> Iterator[str]:
    """What Slack would not take."""
    match rule:
        case dict() if isinstance(value, dict):
            for key, inner in value.items():
                if key in rule:
                    yield from problems(inner, rule[key], f"{where}.{key}")
                else:
                    yield f"{where}.{key} is unknown"
        case [inner] if isinstance(value, list):
            for each in value:
                yield from problems(each, inner, f"{where}[]")
        case (kind, limit) if isinstance(value, kind):
            if not 0 < len(value) <= limit:
                yield f"{where} has {len(value)} characters"
        case type() if isinstance(value, rule):
            return
        case _:
            yield f"{where} is a {type(value).__name__}"


@pytest.mark.parametrize("app", App)
def test_a_manifest_has_only_fields_that_slack_documents_within_their_limits(app: App) -> None:
    assert list(problems(manifest(app, url=URL), FIELDS)) == []


def test_a_field_that_slack_does_not_know_would_be_noticed() -> None:
    wrong = manifest(App.SINGLE, name="x" * 36) | {"setings": {}}
    assert list(problems(wrong, FIELDS)) == [
        ".display_information.name has 36 characters",
        ".setings is unknown",
    ]


def test_the_web_app_has_the_commands_at_its_address_and_nothing_of_the_direct_message() -> None:
    names = CommandNames(log="/did", companion="/mem")
    it = manifest(App.WEB, url=f"{URL}/", commands=names)
    commands = it["features"]["slash_commands"]
    assert [command["command"] for command in commands] == ["/did", "/mem"]
    assert {command["url"] for command in commands} == {f"{URL}/slack/events"}
    assert not any(command["should_escape"] for command in commands)
    assert it["oauth_config"]["scopes"]["bot"] == ["commands"]
    assert it["settings"]["socket_mode_enabled"] is False
    assert "event_subscriptions" not in it["settings"]


def test_the_web_app_hears_of_presses_and_forms_at_the_address_of_its_commands() -> None:
    interactivity = manifest(App.WEB, url=URL)["settings"]["interactivity"]
    assert interactivity == {"is_enabled": True, "request_url": f"{URL}/slack/events"}


def test_the_single_app_has_the_commands_over_its_socket() -> None:
    it = manifest(App.SINGLE)
    commands = it["features"]["slash_commands"]
    assert [command["command"] for command in commands] == ["/log", "/companion"]
    assert not any("url" in command for command in commands)
    assert it["settings"]["socket_mode_enabled"] is True


def test_the_daemon_app_leaves_the_commands_to_the_other() -> None:
    it = manifest(App.DAEMON)
    assert "slash_commands" not in it["features"]
    assert "commands" not in it["oauth_config"]["scopes"]["bot"]


@pytest.mark.parametrize("app", [App.SINGLE, App.DAEMON])
def test_people_can_write_in_the_direct_message_and_the_app_is_told(app: App) -> None:
    it = manifest(app)
    assert it["features"]["app_home"]["messages_tab_enabled"] is True
    assert it["features"]["app_home"]["messages_tab_read_only_enabled"] is False
    assert "message.im" in it["settings"]["event_subscriptions"]["bot_events"]


@pytest.mark.parametrize("app", [App.SINGLE, App.DAEMON])
def test_the_app_of_the_direct_message_has_a_home_tab_and_hears_of_presses(app: App) -> None:
    it = manifest(app)
    assert it["features"]["app_home"]["home_tab_enabled"] is True
    assert "app_home_opened" in it["settings"]["event_subscriptions"]["bot_events"]
    assert it["settings"]["interactivity"] == {"is_enabled": True}


@pytest.mark.parametrize("app", [App.SINGLE, App.WEB])
def test_the_app_that_has_the_command_has_the_shortcut_too(app: App) -> None:
    [shortcut] = manifest(app, url=URL)["features"]["shortcuts"]
    assert (shortcut["type"], shortcut["callback_id"]) == ("message", LOG_MESSAGE)
    assert "shortcuts" not in manifest(App.DAEMON)["features"]


def _called_in(file: Path) -> set[str]:
    """The Web API's methods that a file of ours calls."""
    return {
        str(node.args[0].value)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"call", "answer", "_answer", "pages"}
        and isinstance(node.args[0], ast.Constant)
    }


def test_the_scopes_are_those_of_the_methods_that_the_code_names() -> None:
    called = set().union(*map(_called_in, Path(slack.__path__[0]).glob("*.py")))
    assert called == METHOD_SCOPES.keys()
    assert {METHOD_SCOPES[method] for method in called} - {None} == SCOPES[App.DAEMON]


async def test_the_scopes_are_those_of_the_methods_that_a_whole_day_calls(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        async with place.run() as it:
            await it.companion.day.ask_now(UUID(int=1))
            asked = await place.slack.wait_for(lambda m: m.get("bot_id"))
            channel = place.slack.add_channel("team")
            group = place.slack.add_user_group("Team", "team")
            text = f"writing a test for <#{channel}|> and <!subteam^{group}>"
            ts = await place.slack.post_payload({"text": text}, thread_ts=asked["ts"])
            await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
            await it.companion.day.summarize_now(UUID(int=2))
            await it.companion.messenger.upload_picture("a.png", b"png", "title", "alt")
        async with place.run() as it:  # and reads back what it finds, threads too
            place.clock.advance(timedelta(minutes=10))
            await it.companion.read_back()
            await it.companion.messenger.time_zone()
            await it.companion.messenger.presence(with_dnd=True)
        await _set_up(place.slack)
        called = set(place.slack.api_calls)
    assert called <= METHOD_SCOPES.keys()
    assert {METHOD_SCOPES[method] for method in called} - {None} == SCOPES[App.DAEMON]


async def _set_up(local: Any) -> None:
    account = slack_account(local.bot_token, local.api_url)
    bot = await account.check_bot_token(SCOPES[App.SINGLE])
    await account.check_app_token(local.app_token, bot)
    await account.check_user(local.user_id, bot.team)
    assert [person.user_id async for person in account.people()] == [local.user_id]


def test_the_one_app_may_do_what_the_two_may() -> None:
    assert SCOPES[App.SINGLE] == SCOPES[App.WEB] | SCOPES[App.DAEMON]
    assert APP_TOKEN_SCOPE not in SCOPES[App.SINGLE]
