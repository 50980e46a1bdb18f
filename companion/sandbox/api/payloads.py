"""The parts of what an app gets when somebody does something with it.

https://docs.slack.dev/reference/interaction-payloads
"""

from companion.domain.entry import message_ts
from companion.sandbox.api.response_urls import Occasion, ResponseUrls
from companion.sandbox.api.triggers import Triggers
from companion.sandbox.workspace.apps import SlackApp
from companion.sandbox.workspace.message import Body, Message
from companion.sandbox.workspace.workspace import Workspace


class Payloads:
    """Builds them for one app and one person at a time."""

    def __init__(self, workspace: Workspace, triggers: Triggers, responses: ResponseUrls) -> None:
        self._workspace = workspace
        self._triggers = triggers
        self._responses = responses

    def now_ts(self) -> str:
        """The moment of the interaction."""
        return message_ts(self._workspace.now())

    def common(self, kind: str, app: SlackApp, user_id: str) -> Body:
        """What every payload has."""
        directory = self._workspace.directory
        team_id, name = directory.identity["team_id"], directory.users[user_id]["name"]
        return {
            "type": kind,
            "user": {"id": user_id, "username": name, "name": name, "team_id": team_id},
            "api_app_id": app.app_id,
            "token": "sandbox",
            "team": {"id": team_id, "domain": "sandbox"},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def acting(self, kind: str, app: SlackApp, user_id: str) -> Body:
        """What the payloads have to which an app may open a modal."""
        trigger_id = self._triggers.issue(app, user_id)
        return {**self.common(kind, app, user_id), "trigger_id": trigger_id}

    def of_message(self, message: Message, app: SlackApp, user_id: str) -> Body:
        """Which message it was done with, and the address for an answer to it."""
        place = self._workspace.directory.place(message.channel)
        name = "directmessage" if place["is_im"] else place["name"]
        container: Body = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": bool(message.seen_by),
        }
        if message.root:
            container["thread_ts"] = message.root
        own = message.body.get("app_id") == app.app_id
        occasion = Occasion(app, message.channel, user_id, original=message if own else None)
        return {
            "container": container,
            "channel": {"id": message.channel, "name": name},
            # Slack keeps no ephemeral message, so it has none to show.
            **({} if message.seen_by else {"message": self._workspace.show(message)}),
            "response_url": self._responses.issue(occasion),
        }
