"""What the apps' manifests give the workspace: commands and shortcuts."""

from typing import Any

from companion.domain.manifest import App, manifest
from companion.sandbox.api.interactivity import Shortcut
from companion.sandbox.api.slash_commands import SlashCommand


def commands_of(app: App = App.SINGLE) -> tuple[SlashCommand, ...]:
    """The slash commands."""
    return tuple(
        SlashCommand(found["command"], found["description"], found.get("usage_hint", ""))
        for found in _features(app).get("slash_commands", [])
    )


def shortcuts_of(app: App = App.SINGLE) -> tuple[Shortcut, ...]:
    """The shortcuts, of messages and global ones."""
    return tuple(
        Shortcut(found["callback_id"], found["name"], found["type"])
        for found in _features(app).get("shortcuts", [])
    )


def _features(app: App) -> dict[str, Any]:
    features: dict[str, Any] = manifest(app)["features"]
    return features
