"""The settings of a command, and where its entries are."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from companion.settings import Settings


def settings_for(*required: str, service: bool = False) -> "Settings":
    """The settings a command needs, with logging set up: what a service does is logged as the
    settings say; a command that ends says what it did itself, and logs only what went wrong."""
    from companion.entrypoints.logs import configure_logging
    from companion.settings import load_settings

    settings = load_settings(*required)
    level = settings.log_level.upper()
    configure_logging("WARNING" if level == "INFO" and not service else level)
    return settings


def store_place(settings: "Settings") -> str:
    """Where entries are kept, in words."""
    if settings.dynamodb_table:
        return f"the DynamoDB table {settings.dynamodb_table} ({settings.aws_region})"
    return str(settings.companion_db)
