"""Users, channels and user groups of the local workspace, and the app's ids and tokens."""

import secrets
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from companion.sandbox.workspace.message import Body, RefusedError
from companion.sandbox.workspace.workspace_file import WorkspaceFile

TEAM = "Sandbox"
BOT_NAME = "Companion"
SLACKBOT = "USLACKBOT"


class Directory:
    """One person, the app's bot, Slackbot and whom a test adds; #general and direct messages.

    Ids, tokens and the signing secret are made once and stored.
    """

    def __init__(
        self, file: WorkspaceFile, now: Callable[[], datetime], user_name: str, time_zone: str
    ) -> None:
        self._file = file
        self._now = now
        self.identity: dict[str, str] = file.load("fact").get("identity") or _new_identity()
        file.put("fact", "identity", self.identity)
        self.user_id = self.identity["user_id"]
        self.bot_user_id = self.identity["bot_user_id"]
        self.general = self.identity["channel"]
        self.users: dict[str, Body] = file.load("user")
        self._save_user(self.user_id, user_name, time_zone)
        self._save_user(self.bot_user_id, BOT_NAME, "UTC", is_bot=True)
        self._save_user(SLACKBOT, "Slackbot", "UTC", is_bot=True)
        self.channels: dict[str, Body] = file.load("channel")
        if self.general not in self.channels:
            self._save_channel(self.general, {"name": "general", "is_im": False})
        self.user_groups: dict[str, Body] = file.load("user_group")
        self.dm = self.open_dm(self.user_id)

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
        user_id = _identifier("U")
        self._save_user(user_id, name, time_zone, display_name=display_name)
        return user_id

    def add_channel(self, name: str) -> str:
        """Add a public channel; returns its id."""
        channel = _identifier("C")
        self._save_channel(channel, {"name": name, "is_im": False})
        return channel

    def add_user_group(self, name: str, handle: str) -> str:
        """Add a group as `usergroups.list` shows it; returns its id."""
        group_id = _identifier("S")
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
            "profile": {
                "real_name": user["name"],
                "display_name": user.get("display_name", user["name"]),
                "email": f"{user_id.lower()}@sandbox.invalid",
            },
        }

    def _save_channel(self, channel: str, body: Body) -> None:
        self.channels[channel] = {"id": channel, "created": int(self._now().timestamp()), **body}
        self._file.put("channel", channel, self.channels[channel])

    def open_dm(self, user_id: str) -> str:
        """The direct message between the bot and a user; made if it is missing."""
        if user_id not in self.users:
            raise RefusedError("user_not_found")
        for channel in self.channels.values():
            if channel.get("user") == user_id:
                return str(channel["id"])
        dm = _identifier("D")
        self._save_channel(dm, {"is_im": True, "user": user_id})
        return dm

    def place(self, channel: str) -> Body:
        """A channel as `conversations.info` shows one."""
        if channel not in self.channels:
            raise RefusedError("channel_not_found")
        stored = self.channels[channel]
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


def _identifier(kind: str) -> str:
    return kind + secrets.token_hex(5).upper()


def _new_identity() -> dict[str, str]:
    app_id = _identifier("A")
    return {
        "team_id": _identifier("T"),
        "app_id": app_id,
        "bot_id": _identifier("B"),
        "user_id": _identifier("U"),
        "bot_user_id": _identifier("U"),
        "channel": _identifier("C"),
        "bot_token": f"xoxb-{secrets.token_hex(16)}",
        "app_token": f"xapp-1-{app_id}-{secrets.randbelow(10**13)}-{secrets.token_hex(16)}",
        "signing_secret": secrets.token_hex(16),
    }
