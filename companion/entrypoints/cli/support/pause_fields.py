"""A pause for programs."""

from companion.domain.entry import format_optional
from companion.domain.pause import Pause


def pause_fields(pause: Pause | None) -> dict[str, object] | None:
    """`until` is in UTC, and null in a pause that lasts until the person resumes."""
    if pause is None:
        return None
    return {"until": format_optional(pause.until), "vacation": pause.vacation}
