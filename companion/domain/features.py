"""What can be switched off: everything that Slack shows, or is asked, beyond the main job."""

from enum import StrEnum


class Feature(StrEnum):
    """By the word that switches it off in COMPANION_OFF."""

    COMMAND = "command"
    """`/companion`."""
    SHORTCUT = "shortcut"
    """*Log this message*."""
    BUTTONS = "buttons"
    """The buttons below a prompt."""
    HOME = "home"
    """App Home."""
    FORM = "form"
    """The form that `/log` with nothing opens."""
    WARNINGS = "warnings"
    """The warning sign on a message that could not be kept."""
    DND = "dnd"
    """No prompts in Slack's Do Not Disturb."""
    HUDDLE = "huddle"
    """No prompts in a huddle."""
    STATUS = "status"
    """No prompts under a status such as *In a meeting*."""
    PULL_REQUESTS = "pull-requests"
    """Pull requests through `gh` in summaries."""


def parse_features(text: str) -> frozenset[Feature]:
    """The features of a list with commas or spaces. Raises ValueError for an unknown one."""
    found: set[Feature] = set()
    for word in text.lower().replace(",", " ").split():
        try:
            found.add(Feature(word))
        except ValueError:
            from difflib import get_close_matches

            nearest = get_close_matches(word, list(Feature), 1)
            meant = f"did you mean {nearest[0]}" if nearest else f"write any of {_all()}"
            raise ValueError(f"{word!r} cannot be switched off; {meant}") from None
    return frozenset(found)


def _all() -> str:
    return ", ".join(Feature)
