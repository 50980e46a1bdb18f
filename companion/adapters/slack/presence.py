"""A person's Do Not Disturb, huddle and status, out of what Slack answers.

https://docs.slack.dev/reference/methods/dnd.info and https://docs.slack.dev/reference/objects/user-object
"""

from datetime import UTC, datetime
from typing import Any

from companion.domain.presence import Presence


def read_presence(profile: dict[str, Any], dnd: dict[str, Any]) -> Presence:
    """`profile` is of `users.info`, `dnd` is what `dnd.info` answers; empty where nobody asked."""
    is_on = bool(dnd.get("dnd_enabled"))
    # For another user Slack does not report a snooze by itself: the next period contains it.
    is_snoozed = bool(dnd.get("snooze_enabled"))
    return Presence(
        dnd_since=_moment(dnd.get("next_dnd_start_ts")) if is_on else None,
        dnd_until=_moment(dnd.get("next_dnd_end_ts")) if is_on else None,
        snoozed_until=_moment(dnd.get("snooze_endtime")) if is_snoozed else None,
        in_huddle=profile.get("huddle_state") == "in_a_huddle",
        huddle_until=_moment(profile.get("huddle_state_expiration_ts")),
        status_text=str(profile.get("status_text") or ""),
        status_emoji=str(profile.get("status_emoji") or ""),
        status_until=_moment(profile.get("status_expiration")),
    )


def _moment(seconds: object) -> datetime | None:
    """Slack writes 0 or 1 where there is none."""
    if not isinstance(seconds, int | float) or seconds <= 1:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
