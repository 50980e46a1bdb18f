"""The settings of a command, and where its entries are stored."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from companion.settings import Settings


def settings_for[Kind: Settings](kind: type[Kind], *, service: bool = False) -> Kind:
    """Load the settings and set up logging.

    A service logs at the level that the settings name. A command that ends prints what it did,
    and logs only warnings and errors.
    """
    from companion.entrypoints.logs import configure_logging
    from companion.settings import load_settings

    settings = load_settings(kind)
    level = settings.log_level.upper()
    configure_logging(
        "WARNING" if level == "INFO" and not service else level, settings.companion_timezone
    )
    return settings


def store_place(settings: "Settings") -> str:
    """Where entries are stored, in words."""
    if settings.dynamodb_table:
        from companion.texts import terminal as texts

        return texts.DYNAMODB_PLACE.format(
            table=settings.dynamodb_table, region=settings.aws_region
        )
    return str(settings.companion_db)
