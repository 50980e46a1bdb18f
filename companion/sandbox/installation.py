"""What the apps' manifests give the workspace: commands and shortcuts."""

from typing import Any

from companion.domain.manifest import App, CommandNames, manifest
from companion.sandbox.api.interactivity import Shortcut
from companion.sandbox.api.slash_commands import SlashCommand


def commands_of(names: CommandNames | None = None) -> tuple[SlashCommand, ...]:
    """The slash commands, by the names that they have in the workspace."""
    return tuple(
        SlashCommand(found["command"], found["description"], found.get("usage_hint", ""))
        for found in _features(names)["slash_commands"]
    )


def shortcuts_of() -> tuple[Shortcut, ...]:
    """The shortcuts, of messages and global ones."""
    return tuple(
        Shortcut(found["callback_id"], found["name"], found["type"])
        for found in _features(None)["shortcuts"]
    )


def _features(names: CommandNames | None) -> dict[str, Any]:
    """Those of the one app that has everything; the two apps have the same between them."""
    features: dict[str, Any] = manifest(App.SINGLE, commands=names)["features"]
    return features
