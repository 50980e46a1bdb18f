"""What the page shows of the workspace: places, messages, modals, the Home tab, the person."""

from companion.sandbox.api.interactivity import Interactivity
from companion.sandbox.api.slash_commands import SlashCommands
from companion.sandbox.page.html.blocks import render_blocks
from companion.sandbox.page.html.context import Context
from companion.sandbox.page.html.elements import render_plain
from companion.sandbox.page.html.emoji import OFFERED, picture
from companion.sandbox.page.html.message import render_message
from companion.sandbox.workspace.message import Body, Message
from companion.sandbox.workspace.message_text import for_editing
from companion.sandbox.workspace.users_and_channels import SLACKBOT, TEAM
from companion.sandbox.workspace.views import Views
from companion.sandbox.workspace.workspace import Workspace


class PageContent:
    """Everything as the page gets it: plain values, and HTML that is safe to show."""

    def __init__(
        self,
        workspace: Workspace,
        views: Views,
        commands: SlashCommands,
        interactivity: Interactivity,
    ) -> None:
        self._workspace = workspace
        self._directory = workspace.directory
        self._views = views
        self._commands = commands
        self._interactivity = interactivity

    def state(self) -> Body:
        """All of it, for a page that was just opened."""
        directory = self._directory
        bot = directory.daemon_app
        return {
            "team": TEAM,
            "team_id": directory.identity["team_id"],
            "user": {
                "id": directory.user_id,
                "name": directory.users[directory.user_id]["name"],
            },
            "bot": {"id": bot.bot_user_id, "name": bot.name},
            "users": {
                user_id: {"name": user["name"], "is_bot": user["is_bot"]}
                for user_id, user in directory.users.items()
            },
            "places": self.places(),
            "messages": [
                self.message(message)
                for message in self._workspace.all_messages()
                if self.concerns_the_user(message)
            ],
            "commands": [
                {"name": each.name, "hint": each.hint, "description": each.description}
                for each in self._commands.commands
            ],
            "shortcuts": [
                {"id": each.callback_id, "name": each.name, "kind": each.kind}
                for each in self._interactivity.shortcuts
            ],
            "reactions": [{"name": name, "emoji": picture(name)} for name in OFFERED],
            **self.views(),
            "presence": self.presence(),
        }

    def places(self) -> list[Body]:
        """The channels, and below them the apps: each app's direct message is a place."""
        directory = self._directory
        channels, apps = [], []
        for channel, stored in directory.channels.items():
            app = directory.app_in(channel)
            if app is None:
                channels.append({"id": channel, "name": stored["name"], "kind": "channel"})
            elif stored["user"] == directory.user_id:
                is_daemon = app == directory.daemon_app
                if is_daemon or self._workspace.timeline(channel):
                    place = {"id": channel, "name": app.name, "kind": "im"}
                    apps.append({**place, "has_home": is_daemon})
        general = [place for place in channels if place["id"] == directory.general]
        others = [place for place in channels if place not in general]
        # Slack sorts by name; #general is the one that everybody has.
        return [*general, *sorted(others, key=lambda place: str(place["name"])), *apps]

    def concerns_the_user(self, message: Message) -> bool:
        stored = self._directory.channels[message.channel]
        visible = message.seen_by in (None, self._directory.user_id)
        return visible and stored.get("user") in (None, self._directory.user_id)

    def message(self, message: Message) -> Body:
        body = self._workspace.show(message)
        user = self._directory.users.get(body["user"], {"name": body["user"], "is_bot": True})
        me = self._directory.user_id
        has_file = self._workspace.files.find
        return {
            "channel": message.channel,
            "ts": message.ts,
            "user": body["user"],
            "user_name": user["name"],
            "is_bot": user["is_bot"],
            "html": render_message(
                body, self._context(message.ts), lambda file_id: has_file(file_id) is not None
            ),
            "raw": for_editing(body.get("text", "")),
            "thread_ts": message.root,
            "edited": "edited" in body and not user["is_bot"],
            "deleted": message.is_tombstone,
            "ephemeral": bool(message.seen_by),
            "answers": message.answers,
            "reactions": [
                {
                    "name": reaction["name"],
                    "emoji": picture(reaction["name"]),
                    "count": reaction["count"],
                    "own": me in reaction["users"],
                }
                for reaction in body.get("reactions", [])
            ],
            "reply_count": body.get("reply_count", 0),
            "own": body["user"] == me,
        }

    def views(self) -> Body:
        """The modal that is shown, and the Home tab of the daemon app."""
        stack = self._views.stack(self._directory.user_id)
        home = self._views.home(self._directory.daemon_app, self._directory.user_id)
        return {
            "modal": self._modal(stack[-1], len(stack)) if stack else None,
            "home": {"id": home["id"], "html": self._blocks(home)} if home else None,
        }

    def _modal(self, view: Body, depth: int) -> Body:
        return {
            "id": view["id"],
            "hash": view["hash"],
            "depth": depth,
            "title": render_plain(view["title"]),
            "submit": render_plain(view["submit"]) if view["submit"] else None,
            "close": render_plain(view["close"]) if view["close"] else "Cancel",
            "app": self._directory.apps[view["app_id"]].name,
            "html": self._blocks(view),
        }

    def _blocks(self, view: Body) -> str:
        return render_blocks(view["blocks"], self._context(view["id"]))

    def presence(self) -> Body:
        """What the person has set about being left alone."""
        presence = self._directory.presence
        profile, dnd = presence.profile(), presence.dnd_info()
        return {
            "status": profile["status_text"],
            "emoji": picture(profile["status_emoji"]),
            "status_until": profile["status_expiration"],
            "huddle_until": profile["huddle_state_expiration_ts"],
            "snooze_until": dnd.get("snooze_endtime", 0) if dnd["snooze_enabled"] else 0,
        }

    def _context(self, root: str) -> Context:
        directory = self._directory
        people = [
            (user_id, user["name"])
            for user_id, user in directory.users.items()
            if not user["is_bot"] and user_id != SLACKBOT
        ]
        channels = [
            (channel, f"#{stored['name']}")
            for channel, stored in directory.channels.items()
            if not stored["is_im"]
        ]
        return Context(self._name_of, tuple(people), tuple(channels), root)

    def _name_of(self, identifier: str) -> str:
        known = self._directory.users.get(identifier) or self._directory.channels.get(identifier)
        return str((known or {}).get("name", identifier))
