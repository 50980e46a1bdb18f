"""Whether Slack takes the tokens, and who is who: each error says what to do."""

import re
from collections.abc import AsyncIterator, Collection, Mapping
from typing import Any

from companion.adapters.slack.client import Answer, SlackClient
from companion.domain.manifest import APP_TOKEN_SCOPE
from companion.domain.person import BotIdentity, Person
from companion.errors import (
    MessengerError,
    SlackCheckError,
    SlackRefusedError,
    SlackUnreachableError,
)

MEMBERS_PAGE = 1000
"""As many as Slack gives at once: this method may be called 20 times a minute only."""
_APP_OF_TOKEN = re.compile(r"xapp-\d+-(A[A-Z0-9]+)-", re.ASCII)  # xapp-1-<app id>-<number>-<secret>

_TOKEN_PAGE = "OAuth & Permissions"  # noqa: S105 -- a page of Slack's
_APP_TOKEN_PAGE = "Basic Information → App-Level Tokens"  # noqa: S105


class SlackChecks:
    """The checks of a SlackAccount, see ports.py, with the client's token."""

    def __init__(self, client: SlackClient) -> None:
        self.client = client

    async def check_bot_token(self, needed: Collection[str]) -> BotIdentity:
        _see_that_it_is_a_bot_token(self.client.token)
        answer = await self._answer("auth.test", _BOT_REFUSALS)
        scopes = _scopes(answer.headers)
        missing = sorted(set(needed) - scopes) if scopes is not None else []
        if missing:
            raise SlackCheckError("missing_scope", _missing_scopes(*missing))
        return BotIdentity(
            team_id=str(answer.body.get("team_id", "")),
            team=str(answer.body.get("team", "")),
            user_id=str(answer.body.get("user_id", "")),
            name=str(answer.body.get("user", "")),
            bot_id=str(answer.body.get("bot_id", "")),
            scopes=scopes,
        )

    async def check_app_token(self, app_token: str, bot: BotIdentity | None = None) -> None:
        _see_that_it_is_an_app_token(app_token)
        await self._answer("apps.connections.open", _APP_REFUSALS, app_token=app_token)
        its_app = _APP_OF_TOKEN.match(app_token)
        if bot is None or its_app is None:
            return
        known = await self._answer("bots.info", _BOT_REFUSALS, bot=bot.bot_id)
        app_id = (known.body.get("bot") or {}).get("app_id")
        if app_id and app_id != its_app[1]:
            raise SlackCheckError(
                "other_app",
                f"That token belongs to another Slack app ({its_app[1]}), perhaps in another "
                f"workspace. Make it in the app of the bot token ({app_id}, in {bot.team}), under "
                f"{_APP_TOKEN_PAGE}.",
            )

    async def check_user(self, user_id: str, team: str = "") -> Person:
        nobody = _nobody(user_id, team)
        answer = await self._answer(
            "users.info",
            {"user_not_found": nobody, "user_not_visible": nobody, **_BOT_REFUSALS},
            user=user_id,
        )
        member = answer.body["user"]
        if member.get("deleted") or member.get("is_bot"):
            raise SlackCheckError("no_such_user", nobody)
        return _person(member)

    async def people(self) -> AsyncIterator[Person]:
        try:
            async for member in self.client.pages("users.list", "members", MEMBERS_PAGE):
                # Slackbot alone does not say that it is a bot.
                if not (
                    member.get("deleted") or member.get("is_bot") or member["id"] == "USLACKBOT"
                ):
                    yield _person(member)
        except MessengerError as error:
            raise self._problem(error, _BOT_REFUSALS) from error

    async def _answer(self, method: str, refusals: Mapping[str, str], **arguments: Any) -> Answer:
        try:
            return await self.client.answer(method, **arguments)
        except MessengerError as error:
            raise self._problem(error, refusals) from error

    def _problem(
        self, error: MessengerError, refusals: Mapping[str, str]
    ) -> SlackCheckError | SlackUnreachableError:
        if not isinstance(error, SlackRefusedError) or error.code in _PASSING:
            return SlackUnreachableError(error.call, self.client.base_url, error.code, error.cause)
        if error.code == "missing_scope" and error.code not in refusals:
            text = _missing_scopes(error.needed or f"for {error.call}")
        else:
            text = refusals.get(error.code, f"Slack's {error.call} refuses: {error.code}.")
        return SlackCheckError(error.code, text)


def _see_that_it_is_a_bot_token(token: str) -> None:
    if token.startswith("xapp-"):
        raise SlackCheckError(
            "wrong_kind",
            "That is an app-level token (xapp-…). The bot token begins with xoxb-: copy it from "
            f"{_TOKEN_PAGE}.",
        )
    if not token.startswith("xoxb-"):
        raise SlackCheckError(
            "wrong_kind",
            f"That is not a bot token, which begins with xoxb-. Copy it from {_TOKEN_PAGE}.",
        )


def _see_that_it_is_an_app_token(token: str) -> None:
    if token.startswith("xoxb-"):
        raise SlackCheckError(
            "wrong_kind",
            "That is a bot token (xoxb-…). The app-level token begins with xapp-: make it under "
            f"{_APP_TOKEN_PAGE}, with {APP_TOKEN_SCOPE}.",
        )
    if not token.startswith("xapp-"):
        raise SlackCheckError(
            "wrong_kind",
            "That is not an app-level token, which begins with xapp-. Make it under "
            f"{_APP_TOKEN_PAGE}, with {APP_TOKEN_SCOPE}.",
        )


def _person(member: dict[str, Any]) -> Person:
    profile = member.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), member.get("real_name"))
    return Person(
        user_id=str(member["id"]),
        handle=str(member.get("name") or member["id"]),
        names=frozenset(name for name in names if name),
        time_zone=str(member.get("tz") or "UTC"),
    )


def _scopes(headers: Mapping[str, str]) -> frozenset[str] | None:
    listed = headers.get("x-oauth-scopes")
    return None if listed is None else frozenset(listed.replace(",", " ").split())


def _nobody(user_id: str, team: str) -> str:
    return (
        f"Nobody in {team or 'this workspace'} has the member ID {user_id}: it belongs to another "
        "workspace, or to somebody who left. In Slack, your profile → ⋮ → Copy member ID."
    )


def _missing_scopes(*scopes: str) -> str:
    which, those = ("the scopes", "them") if len(scopes) > 1 else ("the scope", "it")
    return (
        f"The bot token does not have {which} {', '.join(scopes)}. Add {those} under {_TOKEN_PAGE} "
        "→ Bot Token Scopes, reinstall the app, and copy the token again."
    )


_PASSING = {
    "fatal_error",
    "internal_error",
    "ratelimited",
    "request_timeout",
    "service_unavailable",
}
"""Slack's answers that say nothing about the token."""

_INSTALL = f"Install the app again (Install App), and copy the new token from {_TOKEN_PAGE}."
_UNKNOWN = f"Slack does not know that bot token: copy all of it again from {_TOKEN_PAGE}."
_BOT_REFUSALS = {
    "invalid_auth": _UNKNOWN,
    "not_authed": _UNKNOWN,
    "token_revoked": f"That bot token was revoked. {_INSTALL}",
    "account_inactive": f"The app of that bot token was uninstalled. {_INSTALL}",
    "token_expired": f"That bot token has expired. Turn token rotation off. {_INSTALL}",
}

_MAKE = f"Make a new one under {_APP_TOKEN_PAGE}, with {APP_TOKEN_SCOPE}."
_APP_REFUSALS = {
    "invalid_auth": f"Slack does not know that app-level token. {_MAKE}",
    "not_authed": f"Slack does not know that app-level token. {_MAKE}",
    "token_revoked": f"That app-level token was revoked. {_MAKE}",
    "account_inactive": f"The app of that app-level token was deleted. {_MAKE}",
    "token_expired": f"That app-level token has expired. {_MAKE}",
    "missing_scope": f"That app-level token does not have the scope {APP_TOKEN_SCOPE}. {_MAKE}",
    "not_allowed_token_type": f"Slack does not take a token of that kind here. {_MAKE}",
    "socket_mode_disabled": "Socket Mode is off. Switch it on in the app's settings (Socket Mode), "
    "then enter the token again.",
}
