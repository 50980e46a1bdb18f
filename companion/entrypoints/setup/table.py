"""The DynamoDB table of setup: tried, and created if the person wants that."""

import re
from dataclasses import dataclass

from companion.bootstrap import open_table
from companion.entrypoints.setup.setup import Setup
from companion.errors import StoreError, UsageError
from companion.settings import TableSettings, load_settings
from companion.texts import setup as texts

# AWS adds regions, so only their form is checked.
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+", re.ASCII)
KEY, SECRET, TOKEN = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"


@dataclass(slots=True, kw_only=True)
class TablePlace:
    """Which table, where, and with which keys. Empty keys leave it to AWS's own configuration."""

    region: str
    table: str
    key: str
    secret: str
    token: str

    def settings(self) -> dict[str, str]:
        """By the names of settings."""
        return {
            "AWS_REGION": self.region,
            "DYNAMODB_TABLE": self.table,
            KEY: self.key,
            SECRET: self.secret,
            TOKEN: self.token,
        }

    def forget_keys(self) -> None:
        self.key = self.secret = self.token = ""


def is_ready(setup: Setup, place: TablePlace) -> bool:
    """True if the table can be used; it is created first if that is wanted. StoreError says why
    it cannot be used."""
    if not _REGION.fullmatch(place.region):
        raise UsageError(texts.NOT_A_REGION.format(region=place.region))
    settings, wait = _settings(setup, place), setup.dialogue.wait
    looking = texts.LOOKING_AT_TABLE.format(table=place.table)
    if not wait(looking, lambda: _exists(settings)):
        if not _wants_table(setup, place):
            raise StoreError(
                f"DynamoDB table {place.table}",
                texts.NO_TABLE.format(region=place.region),
                texts.NO_TABLE_ADVICE,
            )
    elif not wait(looking, lambda: _problems(settings)):
        return True
    # Safe to repeat; of a table that is there it changes nothing, and refuses one with other keys.
    wait(texts.CREATING_TABLE.format(table=place.table), lambda: _create(settings))
    for problem in wait(looking, lambda: _problems(settings)):
        setup.dialogue.problem(problem)  # such as its billing: not a reason to stop
    return True


def _wants_table(setup: Setup, place: TablePlace) -> bool:
    if setup.options.create_table is not None:
        return setup.options.create_table
    question = texts.CREATE_TABLE.format(table=place.table, region=place.region)
    return setup.dialogue.attended and setup.dialogue.confirm(question, True)


def _settings(setup: Setup, place: TablePlace) -> TableSettings:
    given = {name.lower(): value or None for name, value in place.settings().items()}
    url = setup.answers.get("AWS_ENDPOINT_URL_DYNAMODB") or None
    return load_settings(TableSettings, env_file=None, aws_endpoint_url_dynamodb=url, **given)


async def _exists(settings: TableSettings) -> bool:
    async with open_table(settings, settings.dynamodb_table) as table:
        return await table.table_exists()


async def _problems(settings: TableSettings) -> list[str]:
    async with open_table(settings, settings.dynamodb_table) as table:
        return await table.check_table()


async def _create(settings: TableSettings) -> None:
    async with open_table(settings, settings.dynamodb_table) as table:
        await table.create_table()
