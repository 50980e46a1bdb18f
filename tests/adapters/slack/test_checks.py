"""Each thing that may be wrong with a token or a person has its own line, with its cure."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web

from companion.bootstrap.surroundings import slack_account
from companion.domain.manifest import DM_SCOPES, SCOPES, App
from companion.domain.person import Person, matching
from companion.errors import SlackCheckError, SlackUnreachableError
from companion.sandbox import Body, Hook, LocalSlack


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(now=lambda: datetime.now(UTC), user_name="ada") as slack:
        yield slack


def answering(body: Body, method: str = "auth.test", scopes: str | None = None) -> Hook:
    """A Slack that answers this method so."""

    async def hook(called: str, _: Body) -> web.StreamResponse | None:
        if called != method:
            return None
        headers = {} if scopes is None else {"X-OAuth-Scopes": scopes}
        return web.json_response(body, headers=headers)

    return hook


async def test_a_bot_token_tells_whose_it_is(slack: LocalSlack) -> None:
    bot = await slack_account(slack.bot_token, slack.api_url).check_bot_token(DM_SCOPES)
    assert (bot.name, bot.team, bot.user_id) == ("companion", "Sandbox", slack.bot_user_id)
    assert bot.scopes is not None
    assert bot.scopes >= SCOPES[App.SINGLE]


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("xapp-1-A0-1-abc", "That is an app-level token"),
        ("xoxp-1-abc", "That is not a bot token"),
        ("", "That is not a bot token"),
    ],
)
async def test_a_token_of_another_kind_is_not_even_sent(
    slack: LocalSlack, token: str, words: str
) -> None:
    with pytest.raises(SlackCheckError, match=words) as caught:
        await slack_account(token, slack.api_url).check_bot_token(DM_SCOPES)
    assert caught.value.code == "wrong_kind"
    assert "OAuth & Permissions" in str(caught.value)
    assert slack.api_calls == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("invalid_auth", "Slack does not know that bot token: copy all of it"),
        ("token_revoked", "was revoked. Install the app again"),
        ("account_inactive", "was uninstalled. Install the app again"),
        ("token_expired", "Turn token rotation off"),
        ("org_login_required", "Slack's auth.test refuses: org_login_required"),
    ],
)
async def test_each_refusal_of_a_bot_token_has_its_cure(
    slack: LocalSlack, code: str, words: str
) -> None:
    slack.before_api = answering({"ok": False, "error": code})
    with pytest.raises(SlackCheckError) as caught:
        await slack_account(slack.bot_token, slack.api_url).check_bot_token(DM_SCOPES)
    assert words in str(caught.value)
    assert caught.value.code == code
    assert slack.bot_token not in str(caught.value)


async def test_every_scope_that_is_missing_is_named(slack: LocalSlack) -> None:
    slack.before_api = answering({"ok": True}, scopes="chat:write,im:history,users:read")
    with pytest.raises(SlackCheckError) as caught:
        await slack_account(slack.bot_token, slack.api_url).check_bot_token(DM_SCOPES)
    assert "does not have the scopes im:write, reactions:write. Add them" in str(caught.value)
    assert "reinstall the app" in str(caught.value)


async def test_scopes_that_slack_does_not_tell_are_not_held_against_the_token(
    slack: LocalSlack,
) -> None:
    slack.before_api = answering({"ok": True, "user": "companion"})
    assert (
        await slack_account(slack.bot_token, slack.api_url).check_bot_token(DM_SCOPES)
    ).scopes is None


async def test_a_slack_that_is_not_there_says_nothing_about_the_token() -> None:
    with pytest.raises(SlackUnreachableError, match="Check the network"):
        await slack_account("xoxb-1", "http://127.0.0.1:9/api/").check_bot_token(DM_SCOPES)


@pytest.mark.parametrize("code", ["ratelimited", "internal_error"])
async def test_a_slack_in_trouble_says_nothing_about_the_token(
    slack: LocalSlack, code: str
) -> None:
    slack.before_api = answering({"ok": False, "error": code})
    with pytest.raises(SlackUnreachableError, match=code):
        await slack_account(slack.bot_token, slack.api_url).check_bot_token(DM_SCOPES)


async def test_an_app_token_of_the_same_app_is_good(slack: LocalSlack) -> None:
    account = slack_account(slack.bot_token, slack.api_url)
    await account.check_app_token(slack.app_token, await account.check_bot_token(DM_SCOPES))


async def test_an_app_token_of_another_app_is_told_apart(slack: LocalSlack) -> None:
    account = slack_account(slack.bot_token, slack.api_url)
    bot = await account.check_bot_token(DM_SCOPES)
    slack.before_api = answering({"ok": True, "url": "ws://"}, "apps.connections.open")
    with pytest.raises(
        SlackCheckError, match="belongs to another Slack app \\(A0OTHER\\)"
    ) as caught:
        await account.check_app_token("xapp-1-A0OTHER-123-abc", bot)
    assert caught.value.code == "other_app"
    assert "in Sandbox" in str(caught.value)


@pytest.mark.parametrize(
    ("token", "words"), [("xoxb-1", "That is a bot token"), ("hi", "is not an app-level")]
)
async def test_what_is_no_app_token_is_not_even_sent(
    slack: LocalSlack, token: str, words: str
) -> None:
    with pytest.raises(SlackCheckError, match=words):
        await slack_account(slack.bot_token, slack.api_url).check_app_token(token)
    assert slack.api_calls == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("invalid_auth", "Slack does not know that app-level token. Make a new one"),
        ("token_revoked", "was revoked. Make a new one"),
        ("missing_scope", "does not have the scope connections:write. Make a new one"),
        ("socket_mode_disabled", "Socket Mode is off. Switch it on"),
    ],
)
async def test_each_refusal_of_an_app_token_has_its_cure(
    slack: LocalSlack, code: str, words: str
) -> None:
    slack.before_api = answering({"ok": False, "error": code}, "apps.connections.open")
    with pytest.raises(SlackCheckError) as caught:
        await slack_account(slack.bot_token, slack.api_url).check_app_token(slack.app_token)
    assert words in str(caught.value)
    assert slack.app_token not in str(caught.value)


async def test_a_member_is_known_by_the_id(slack: LocalSlack) -> None:
    person = await slack_account(slack.bot_token, slack.api_url).check_user(slack.user_id)
    assert str(person) == f"ada (@ada, {slack.user_id})"
    assert person.time_zone == "UTC"


async def test_neither_a_stranger_nor_the_bot_is_a_member(slack: LocalSlack) -> None:
    account = slack_account(slack.bot_token, slack.api_url)
    for user_id in ("U0STRANGER", slack.bot_user_id):
        with pytest.raises(SlackCheckError, match=f"Nobody in Acme has the member ID {user_id}"):
            await account.check_user(user_id, "Acme")


async def test_people_are_read_page_by_page_without_bots_and_who_left(slack: LocalSlack) -> None:
    pages: dict[str, Body] = {
        "": {
            "members": [{"id": "U1", "name": "ada"}, {"id": "USLACKBOT", "name": "slackbot"}],
            "response_metadata": {"next_cursor": "2"},
        },
        "2": {
            "members": [
                {"id": "U2", "name": "left", "deleted": True},
                {"id": "U3", "name": "bot", "is_bot": True},
                {"id": "U4", "name": "bob", "profile": {"display_name": "Bob", "real_name": ""}},
            ],
        },
    }

    async def paged(method: str, arguments: Body) -> web.StreamResponse | None:
        return web.json_response({"ok": True, **pages[str(arguments.get("cursor") or "")]})

    slack.before_api = paged
    account = slack_account(slack.bot_token, slack.api_url)
    assert [person.user_id async for person in account.people()] == ["U1", "U4"]


def person(user_id: str, handle: str, *names: str) -> Person:
    return Person(user_id=user_id, handle=handle, names=frozenset(names), time_zone="UTC")


ADA = person("U1", "ada", "Ada Lovelace")
ADAM = person("U2", "adam", "Adam Ant")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("ada", [ADA]),  # the whole handle goes before a part of another
        ("@Ada", [ADA]),
        ("ada lovelace", [ADA]),
        ("u2", [ADAM]),
        ("ad", [ADA, ADAM]),
        ("ANT", [ADAM]),
        ("eve", []),
    ],
)
def test_people_are_found_by_handle_name_and_parts_of_them(
    wanted: str, found: list[Person]
) -> None:
    assert matching([ADA, ADAM], wanted) == found
