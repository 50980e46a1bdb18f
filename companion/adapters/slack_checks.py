"""Whether Slack takes the tokens, and who is who: each problem in a line that says what to do."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from companion.domain.manifest import APP_TOKEN_SCOPE, SCOPES, App
from companion.domain.person import BotIdentity, Person
from companion.errors import SlackCheckError, SlackUnreachableError

PAGE = 1000
"""As many members as Slack gives at once: this method may be called 20 times a minute only."""
PATIENCE_S = 60
# xapp-1-<app id>-<number>-<secret>
_APP_OF_TOKEN = re.compile(r"xapp-\d+-(A[A-Z0-9]+)-", re.ASCII)

_TOKEN_PAGE = "OAuth & Permissions"  # noqa: S105 -- a page of Slack's
_APP_TOKEN_PAGE = "Basic Information → App-Level Tokens"  # noqa: S105


async def check_bot_token(
    client: AsyncWebClient, needed: Collection[str] = SCOPES[App.DAEMON]
) -> BotIdentity:
    """Whose the client's token is. SlackCheckError where it is no bot token, is not taken, or
    lacks some of the `needed` scopes."""
    token = client.token or ""
    if token.startswith("xapp-"):
        raise SlackCheckError(
            "wrong_kind",
            "That is an app-level token (xapp-…). The bot token begins with xoxb-: copy it from "
            f"{_TOKEN_PAGE}.",
        )
    if not token.startswith("xoxb-"):
        raise SlackCheckError(
            "wrong_kind",
            f"That is no bot token: it begins with xoxb-. Copy it from {_TOKEN_PAGE}.",
        )
    answer = await _call(client, client.auth_test, _BOT_REFUSALS)
    scopes = _scopes(answer.headers)
    missing = sorted(set(needed) - scopes) if scopes is not None else []
    if missing:
        raise SlackCheckError("missing_scope", _lacks(*missing))
    return BotIdentity(
        team_id=str(answer.get("team_id", "")),
        team=str(answer.get("team", "")),
        user_id=str(answer.get("user_id", "")),
        name=str(answer.get("user", "")),
        bot_id=str(answer.get("bot_id", "")),
        scopes=scopes,
    )


async def check_app_token(
    client: AsyncWebClient, app_token: str, bot: BotIdentity | None = None
) -> None:
    """That Socket Mode can be opened. SlackCheckError where the token is of another kind, is not
    taken, or is of another app than that of `bot`, whose token the client has."""
    if app_token.startswith("xoxb-"):
        raise SlackCheckError(
            "wrong_kind",
            "That is a bot token (xoxb-…). The app-level token begins with xapp-: make it under "
            f"{_APP_TOKEN_PAGE}, with {APP_TOKEN_SCOPE}.",
        )
    if not app_token.startswith("xapp-"):
        raise SlackCheckError(
            "wrong_kind",
            "That is no app-level token: it begins with xapp-. Make it under "
            f"{_APP_TOKEN_PAGE}, with {APP_TOKEN_SCOPE}.",
        )
    await _call(client, client.apps_connections_open, _APP_REFUSALS, app_token=app_token)
    its_app = _APP_OF_TOKEN.match(app_token)
    if bot is None or its_app is None:
        return
    known = await _call(client, client.bots_info, _BOT_REFUSALS, bot=bot.bot_id)
    app_id = (known.get("bot") or {}).get("app_id")
    if app_id and app_id != its_app[1]:
        raise SlackCheckError(
            "other_app",
            f"That token is of another Slack app ({its_app[1]}), perhaps in another workspace. "
            f"Make it in the app that the bot token is of ({app_id}, in {bot.team}), under "
            f"{_APP_TOKEN_PAGE}.",
        )


async def check_user(client: AsyncWebClient, user_id: str, team: str = "") -> Person:
    """Who has that member ID. SlackCheckError where nobody in this workspace has it."""
    answer = await _call(
        client,
        client.users_info,
        {
            "user_not_found": _nobody(user_id, team),
            "user_not_visible": _nobody(user_id, team),
            **_BOT_REFUSALS,
        },
        user=user_id,
    )
    member = answer["user"]
    if member.get("deleted") or member.get("is_bot"):
        raise SlackCheckError("no_such_user", _nobody(user_id, team))
    return _person(member)


async def people(client: AsyncWebClient) -> AsyncIterator[Person]:
    """Everybody in the workspace: no bots, and nobody who has left."""
    cursor: str | None = None
    while True:
        answer = await _call(client, client.users_list, _BOT_REFUSALS, limit=PAGE, cursor=cursor)
        for member in answer.get("members", []):
            # Slackbot alone does not say that it is one.
            gone = member.get("deleted") or member.get("is_bot") or member["id"] == "USLACKBOT"
            if not gone:
                yield _person(member)
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return


def _person(member: dict[str, Any]) -> Person:
    profile = member.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), member.get("real_name"))
    return Person(
        user_id=str(member["id"]),
        handle=str(member.get("name") or member["id"]),
        names=frozenset(name for name in names if name),
        time_zone=str(member.get("tz") or "UTC"),
    )


async def _call(
    client: AsyncWebClient,
    method: Callable[..., Awaitable[Any]],
    refusals: dict[str, str],
    **arguments: Any,
) -> Any:
    name = method.__name__.replace("_", ".")
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await method(**arguments)
    except SlackApiError as error:
        # What stands between us and Slack may answer with something that is no answer of Slack's.
        answer = getattr(error.response, "data", None)
        data = answer if isinstance(answer, dict) else {}
        code = data.get("error")
        if not code or code in _PASSING:
            raise SlackUnreachableError(
                name, client.base_url, str(code or "unexpected_answer")
            ) from error
        if code == "missing_scope" and code not in refusals:
            text = _lacks(str(data.get("needed") or f"for {name}"))
        else:
            text = refusals.get(code, f"Slack's {name} refuses: {code}.")
        raise SlackCheckError(code, text) from error
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise SlackUnreachableError(name, client.base_url, type(error).__name__) from error


def _scopes(headers: Any) -> frozenset[str] | None:
    named = {str(name).lower(): str(value) for name, value in dict(headers or {}).items()}
    told = named.get("x-oauth-scopes")
    return None if told is None else frozenset(told.replace(",", " ").split())


def _nobody(user_id: str, team: str) -> str:
    return (
        f"Nobody in {team or 'this workspace'} has the member ID {user_id}: it is of another "
        "workspace, or of somebody who left. In Slack, your profile → ⋮ → Copy member ID."
    )


def _lacks(*scopes: str) -> str:
    which, those = ("scopes", "them") if len(scopes) > 1 else ("scope", "it")
    return (
        f"The bot token lacks the {which} {', '.join(scopes)}: add {those} under {_TOKEN_PAGE} → "
        "Bot Token Scopes, reinstall the app, and copy the token again."
    )


_PASSING = {
    "fatal_error",
    "internal_error",
    "ratelimited",
    "request_timeout",
    "service_unavailable",
}

_AGAIN = f"Install the app again (Install App), and copy the new token from {_TOKEN_PAGE}."
_UNKNOWN = f"Slack does not know that bot token: copy it again, whole, from {_TOKEN_PAGE}."
_BOT_REFUSALS = {
    "invalid_auth": _UNKNOWN,
    "not_authed": _UNKNOWN,
    "token_revoked": f"That bot token was revoked. {_AGAIN}",
    "account_inactive": f"That bot token is of an app that was uninstalled. {_AGAIN}",
    "token_expired": f"That bot token has expired: token rotation has to be off. {_AGAIN}",
}

_MAKE = f"Make a new one under {_APP_TOKEN_PAGE}, with {APP_TOKEN_SCOPE}."
_APP_REFUSALS = {
    "invalid_auth": f"Slack does not know that app-level token. {_MAKE}",
    "not_authed": f"Slack does not know that app-level token. {_MAKE}",
    "token_revoked": f"That app-level token was revoked. {_MAKE}",
    "account_inactive": f"That app-level token is of an app that is gone. {_MAKE}",
    "token_expired": f"That app-level token has expired. {_MAKE}",
    "missing_scope": f"That app-level token lacks the scope {APP_TOKEN_SCOPE}. {_MAKE}",
    "not_allowed_token_type": f"Slack takes no token of that kind here. {_MAKE}",
    "socket_mode_disabled": "Socket Mode is off: switch it on in the app's settings (Socket Mode), "
    "then give the token again.",
}
