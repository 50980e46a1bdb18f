"""What `fly.toml` in this folder says."""

import tomllib
from pathlib import Path
from typing import Any

PLACEHOLDER = "CHANGE-ME"


def fly_toml() -> dict[str, Any]:
    """All of it; nothing if there is no file, or not a readable one."""
    try:
        return tomllib.loads(Path("fly.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def webhook_in_fly_toml() -> str:
    """The address of the app that the file names; empty if it names none yet."""
    app = str(fly_toml().get("app", ""))
    return "" if not app or PLACEHOLDER in app else f"https://{app}.fly.dev"
