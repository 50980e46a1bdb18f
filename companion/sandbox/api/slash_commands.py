"""Slash commands: sent to the app that has them, answered within three seconds or not at all."""

from dataclasses import dataclass
from difflib import get_close_matches

from companion.sandbox.api.app_calls import AppCalls, NotAnsweredError
from companion.sandbox.api.response_urls import Occasion, ResponseUrls
from companion.sandbox.api.triggers import Triggers
from companion.sandbox.workspace.message import Body, RefusedError
from companion.sandbox.workspace.message_text import as_typed, escape
from companion.sandbox.workspace.users_and_channels import SLACKBOT
from companion.sandbox.workspace.workspace import Workspace

_LIKENESS = 0.55
"""So alike (of 1) is a command to the one that was meant: `/lg` to `/log`, but not `/blah`."""

ME = "/me"
"""Slack's own command: says something about the person who types it."""


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """A command as the app's manifest has it."""

    name: str
    description: str = ""
    hint: str = ""


class SlashCommands:
    """Runs commands as a user."""

    def __init__(
        self,
        workspace: Workspace,
        calls: AppCalls,
        triggers: Triggers,
        responses: ResponseUrls,
        commands: tuple[SlashCommand, ...],
    ) -> None:
        self.commands = commands
        self._workspace = workspace
        self._calls = calls
        self._triggers = triggers
        self._responses = responses

    @property
    def names(self) -> tuple[str, ...]:
        """All that can be typed."""
        return (*(command.name for command in self.commands), ME)

    def nearest(self, command: str) -> str | None:
        """The command that was probably meant by one that does not exist; None for no idea."""
        near = get_close_matches(command.lower(), self.names, n=1, cutoff=_LIKENESS)
        return near[0] if near else None

    async def run(self, command: str, text: str, user_id: str, channel: str) -> Body:
        """Run a command; returns the message that the user saw (`{"text": ""}` for none)."""
        place = self._workspace.directory.place(channel)
        if command == ME:
            payload = {"subtype": "me_message", "text": as_typed(text)}
            message = self._workspace.post_payload(channel, user_id, payload)
            return {**message.body, "channel": channel}
        line = f"{command} {text}".strip()
        occasion = Occasion(self._calls.command_app, channel, user_id, line)
        if command not in self.names:
            return self._slackbot(occasion, f"{command} is not a valid command.")
        try:
            answer = await self._calls.send_command(self._form(command, text, occasion, place))
        except NotAnsweredError as error:
            return self._slackbot(occasion, f'{command} failed with the error "{error.code}"')
        try:
            shown = self._responses.show(answer, occasion)
        except RefusedError as error:
            return self._slackbot(occasion, f"The answer was refused: {error.code}")
        return {**shown.body, "channel": channel} if shown else {"text": ""}

    def _form(self, command: str, text: str, occasion: Occasion, place: Body) -> dict[str, str]:
        directory = self._workspace.directory
        return {
            "token": "sandbox",
            "team_id": directory.identity["team_id"],
            "team_domain": "sandbox",
            "channel_id": place["id"],
            "channel_name": "directmessage" if place["is_im"] else place["name"],
            "user_id": occasion.user_id,
            "user_name": directory.users[occasion.user_id]["name"],
            "command": command,
            # `should_escape: false` is about mentions and links; these three are always escaped.
            "text": escape(text),
            "api_app_id": occasion.app.app_id,
            "is_enterprise_install": "false",
            "response_url": self._responses.issue(occasion),
            "trigger_id": self._triggers.issue(occasion.app, occasion.user_id),
        }

    def _slackbot(self, occasion: Occasion, text: str) -> Body:
        message = self._workspace.whisper(
            occasion.channel, occasion.user_id, SLACKBOT, escape(text), answers=occasion.line
        )
        return {**message.body, "channel": occasion.channel}
