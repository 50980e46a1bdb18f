"""What says that a person is not to be disturbed: Do Not Disturb, a status, a huddle."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from companion.sandbox.workspace.message import Body
from companion.sandbox.workspace.workspace_file import WorkspaceFile

_NO_DND = {
    "dnd_enabled": False,
    "next_dnd_start_ts": 1,
    "next_dnd_end_ts": 1,
    "snooze_enabled": False,
}
_NO_STATUS = {"status_text": "", "status_emoji": "", "status_expiration": 0}
_NO_HUDDLE = {"huddle_state": "default_unset", "huddle_state_expiration_ts": 0}


class Presence:
    """The user's own; the others of the workspace are always there. All ends by itself in time.

    `on_change` is called when the user sets something.
    """

    def __init__(self, file: WorkspaceFile, now: Callable[[], datetime]) -> None:
        self.on_change: Callable[[], None] = lambda: None
        self._file = file
        self._now = now
        stored = file.load("fact").get("presence", {})
        self.dnd: Body = {**_NO_DND, **stored.get("dnd", {})}
        self._status: Body = {**_NO_STATUS, **stored.get("status", {})}
        self._huddle: Body = {**_NO_HUDDLE, **stored.get("huddle", {})}

    def set_status(self, text: str, emoji: str, expires: datetime | None) -> None:
        """A status beside the name, until a moment or for good; an empty one takes it away."""
        self._status = {
            "status_text": text,
            "status_emoji": emoji,
            "status_expiration": _seconds(expires),
        }
        self._save()

    def set_huddle(self, until: datetime | None) -> None:
        """In a huddle until then, or in none."""
        state = "default_unset" if until is None else "in_a_huddle"
        self._huddle = {
            "huddle_state": state,
            "huddle_state_expiration_ts": _seconds(until),
        }
        self._save()

    def snooze(self, until: datetime | None) -> None:
        """Without notifications until then, or with them again."""
        self.dnd["snooze_enabled"] = until is not None
        self.dnd.pop("snooze_endtime", None)
        if until is not None:
            self.dnd["snooze_endtime"] = _seconds(until)
        self._save()

    def dnd_info(self) -> Body:
        """As `dnd.info` answers; a snooze that is over is none any more."""
        info = dict(self.dnd)
        if info.get("snooze_enabled") and "snooze_endtime" in info:
            left = int(info["snooze_endtime"] - self._now().timestamp())
            if left <= 0:
                del info["snooze_endtime"]
                info["snooze_enabled"] = False
            else:
                info |= {"snooze_remaining": left, "snooze_is_indefinite": False}
        return info

    def nobodys_dnd_info(self) -> Body:
        """As `dnd.info` answers about anybody else."""
        return dict(_NO_DND)

    def profile(self) -> Body:
        """The fields of the profile in `users.info`; Slack takes away what has run out."""
        status, huddle = self._status, self._huddle
        if self._is_over(status["status_expiration"]):
            status = _NO_STATUS
        if self._is_over(huddle["huddle_state_expiration_ts"]):
            huddle = _NO_HUDDLE
        return {**status, "status_emoji_display_info": [], **huddle}

    def nobodys_profile(self) -> Body:
        """The same fields of anybody else's profile."""
        return {**_NO_STATUS, "status_emoji_display_info": [], **_NO_HUDDLE}

    def _is_over(self, ends: int) -> bool:
        return 0 < ends <= self._now().timestamp()

    def _save(self) -> None:
        stored: dict[str, Any] = {
            "dnd": self.dnd,
            "status": self._status,
            "huddle": self._huddle,
        }
        self._file.put("fact", "presence", stored)
        self.on_change()


def _seconds(moment: datetime | None) -> int:
    """As Slack writes a moment; 0 for none."""
    return int(moment.timestamp()) if moment else 0
