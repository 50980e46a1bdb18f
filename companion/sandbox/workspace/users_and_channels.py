"""Users, channels and user groups of the local workspace, and the apps in it."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from companion.sandbox.workspace.apps import (
    Identity,
    SlackApp,
    daemon_app,
    identifier,
    new_identity,
    web_app,
)
from companion.sandbox.workspace.message import Body, RefusedError
from companion.sandbox.workspace.presence import Presence
from companion.sandbox.workspace.workspace_file import WorkspaceFile

TEAM = "Sandbox"
SLACKBOT = "USLACKBOT"


class Directory:
    """One person, the apps' bots, Slackbot and whom a test adds; #general and direct messages.

    Ids, tokens and the signing secret are made once and stored.
    """

    def __init__(
        self, file: WorkspaceFile, now: Callable[[], datetime], user_name: str, time_zone: str
    ) -> None:
        self._file = file
        self._now = now
        # A file from before has no web app yet.
        self.identity: Identity = {**new_identity(), **file.load("fact").get("identity", {})}
        file.put("fact", "identity", self.identity)
        self.daemon_app, self.web_app = daemon_app(self.identity), web_app(self.identity)
        self.apps = {app.app_id: app for app in (self.daemon_app, self.web_app)}
        self.presence = Presence(file, now)
        self.user_id = self.identity["user_id"]
        self.general = self.identity["channel"]
        self.users: dict[str, Body] = file.load("user")
        self._save_user(self.user_id, user_name, time_zone)
        for app in self.apps.values():
            self._save_user(app.bot_user_id, app.name, "UTC", is_bot=True)
        self._save_user(SLACKBOT, "Slackbot", "UTC", is_bot=True)
        self.channels: dict[str, Body] = file.load("channel")
        if self.general not in self.channels:
            self._save_channel(self.general, {"name": "general", "is_im": False})
        self.user_groups: dict[str, Body] = file.load("user_group")
        self.dm = self.open_dm(self.user_id, self.daemon_app)

    def app_of(self, bot_user_id: str) -> SlackApp | None:
        """The app whose bot this user is."""
        found = (app for app in self.apps.values() if app.bot_user_id == bot_user_id)
        return next(found, None)

    def _save_user(
        self,
        user_id: str,
        name: str,
        time_zone: str,
        *,
        is_bot: bool = False,
        display_name: str = "",
    ) -> None:
        self.users[user_id] = {"id": user_id, "name": name, "tz": time_zone, "is_bot": is_bot}
        self.users[user_id]["display_name"] = display_name or name
        self._file.put("user", user_id, self.users[user_id])

    def add_user(self, name: str, time_zone: str, display_name: str = "") -> str:
        """Add somebody else to the workspace; returns the user's id."""
        user_id = identifier("U")
        self._save_user(user_id, name, time_zone, display_name=display_name)
        return user_id

    def add_channel(self, name: str) -> str:
        """Add a public channel; returns its id."""
        channel = identifier("C")
        self._save_channel(channel, {"name": name, "is_im": False})
        return channel

    def add_user_group(self, name: str, handle: str) -> str:
        """Add a group as `usergroups.list` shows it; returns its id."""
        group_id = identifier("S")
        team_id = self.identity["team_id"]
        group: Body = {"id": group_id, "team_id": team_id, "is_usergroup": True}
        self.user_groups[group_id] = {**group, "name": name, "handle": handle, "is_external": False}
        self._file.put("user_group", group_id, self.user_groups[group_id])
        return group_id

    def set_time_zone(self, time_zone: str) -> None:
        user = self.users[self.user_id]
        self._save_user(self.user_id, user["name"], time_zone)

    def user(self, user_id: str) -> Body:
        """A user as `users.info` shows one."""
        if user_id not in self.users:
            raise RefusedError("user_not_found")
        user = self.users[user_id]
        offset = self._now().astimezone(ZoneInfo(user["tz"])).utcoffset()
        return {
            "id": user_id,
            "team_id": self.identity["team_id"],
            "name": user["name"],
            "real_name": user["name"],
            "deleted": False,
            "is_bot": user["is_bot"],
            "is_app_user": False,
            "tz": user["tz"],
            "tz_label": user["tz"],
            "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
            "profile": self.profile(user_id),
        }

    def profile(self, user_id: str) -> Body:
        """A user's profile as `users.profile.get` shows it."""
        if user_id not in self.users:
            raise RefusedError("user_not_found")
        user, presence = self.users[user_id], self.presence
        return {
            "real_name": user["name"],
            "display_name": user.get("display_name", user["name"]),
            "email": f"{user_id.lower()}@sandbox.invalid",
            **(presence.profile() if user_id == self.user_id else presence.nobodys_profile()),
        }

    def _save_channel(self, channel: str, body: Body) -> None:
        self.channels[channel] = {"id": channel, "created": int(self._now().timestamp()), **body}
        self._file.put("channel", channel, self.channels[channel])

    def open_dm(self, user_id: str, app: SlackApp) -> str:
        """The direct message between an app's bot and a user; made if it is missing."""
        if user_id not in self.users:
            raise RefusedError("user_not_found")
        for channel in self.channels.values():
            if channel.get("user") == user_id and self.app_in(channel["id"]) == app:
                return str(channel["id"])
        dm = identifier("D")
        self._save_channel(dm, {"is_im": True, "user": user_id, "app_id": app.app_id})
        return dm

    def app_in(self, channel: str) -> SlackApp | None:
        """The app whose direct message this is; None for a channel."""
        stored = self.channels[channel]
        if not stored["is_im"]:
            return None
        # A file from before knows only the daemon's.
        return self.apps.get(stored.get("app_id", ""), self.daemon_app)

    def place_for(self, app: SlackApp, channel: str) -> Body:
        """A channel as the app may see it: other apps' direct messages are not there for it."""
        place = self.place(channel)
        if self.app_in(channel) not in (None, app):
            raise RefusedError("channel_not_found")
        return place

    def place(self, channel: str) -> Body:
        """A channel as `conversations.info` shows one."""
        if channel not in self.channels:
            raise RefusedError("channel_not_found")
        stored = self.channels[channel]
        stored = {key: value for key, value in stored.items() if key != "app_id"}
        if stored["is_im"]:
            return {**stored, "is_open": True, "is_archived": False}
        return {
            **stored,
            "is_channel": True,
            "is_general": channel == self.general,
            "is_member": channel == self.general,
            "is_archived": False,
            "is_private": False,
        }
