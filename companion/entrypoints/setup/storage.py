"""Where entries are kept: a file on this machine, or a table that several reach."""

import re
from pathlib import Path

from companion.entrypoints.setup.journey import Journey, Way
from companion.errors import CompanionError, StoreError, UsageError
from companion.settings import Settings, load_settings

REGION, TABLE = "us-west-2", "CompanionMemoryLogs"
# New ones come, so what counts is how they look.
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+", re.ASCII)
_KEY, _SECRET = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"


def set_up_storage(it: Journey) -> None:
    """SQLite needs nothing; a table is looked at, and made if the person wants it."""
    it.talk.heading("Where your entries are kept")
    if it.way is Way.MAC:
        _use_sqlite(it)
        return
    values = {
        "AWS_REGION": it.present("AWS_REGION") or REGION,
        "DYNAMODB_TABLE": it.present("DYNAMODB_TABLE") or TABLE,
        _KEY: it.present(_KEY),
        _SECRET: it.present(_SECRET),
        "AWS_SESSION_TOKEN": it.present("AWS_SESSION_TOKEN"),
    }
    known = bool(it.present("DYNAMODB_TABLE"))
    while True:
        # What is set is seen to work before anything is asked.
        if known or not it.talk.attended or _ask(it, values):
            try:
                if _ready(it, values) and (not known or _keeps(it, values)):
                    break
            except CompanionError as error:
                if not it.talk.attended:
                    raise
                it.talk.problem(str(error))
        known = False
    if values["AWS_SESSION_TOKEN"]:
        # Written down they would outlive themselves, and stand before what AWS's tools renew.
        it.talk.problem("These AWS keys are temporary: they work now, and are not written down.")
        values = {name: values[name] for name in ("AWS_REGION", "DYNAMODB_TABLE")}
    moved = it.answers.get("DYNAMODB_TABLE") != values["DYNAMODB_TABLE"]
    it.answers.keep(**values)
    it.talk.good(f"The table {values['DYNAMODB_TABLE']} in {values['AWS_REGION']} is ready.")
    if moved and _file(it).exists():
        it.talk.problem(
            f"What was kept in {_file(it)} stays there: `companion copy --from sqlite --to "
            "dynamodb` brings it here."
        )


def _use_sqlite(it: Journey) -> None:
    if table := it.answers.get("DYNAMODB_TABLE"):
        it.answers.keep(DYNAMODB_TABLE="")
        it.talk.problem(
            f"What was kept in the table {table} stays there: `DYNAMODB_TABLE={table} companion "
            "copy --from dynamodb --to sqlite` brings it here."
        )
    it.talk.good(f"In {_file(it)}, which only you can read.")


def _file(it: Journey) -> Path:
    file = it.answers.get("COMPANION_DB")
    given = {"companion_db": file} if file else {}
    return load_settings(env_file=None, **given).companion_db


def _keeps(it: Journey, values: dict[str, str]) -> bool:
    where = f"the table {values['DYNAMODB_TABLE']} in {values['AWS_REGION']}"
    given = "DYNAMODB_TABLE" in it.given.values
    return given or it.talk.confirm(f"Keep {where}, which is set and works?", True)


def _ask(it: Journey, values: dict[str, str]) -> bool:
    """Ask for region, table and keys; what was said before is the default."""
    talk = it.talk
    values["AWS_REGION"] = talk.ask("AWS region", values["AWS_REGION"])
    values["DYNAMODB_TABLE"] = talk.ask("DynamoDB table", values["DYNAMODB_TABLE"])
    talk.say(
        "The access key: Enter alone leaves it to AWS's own configuration (a profile, SSO); "
        "Fly.io will need one of its own then."
    )
    before = values[_KEY]
    shown = f"{before[:4]}…{before[-4:]}, or - for none" if before else ""
    key = talk.ask(f"AWS_ACCESS_KEY_ID{f' [{shown}]' if shown else ''}") or before
    if key == "-":
        values |= {_KEY: "", _SECRET: "", "AWS_SESSION_TOKEN": ""}
    elif key:
        keeps = key == before and values[_SECRET]
        secret = talk.ask(
            f"AWS_SECRET_ACCESS_KEY (hidden{'; Enter keeps what is set' if keeps else ''})",
            hidden=True,
        )
        if key != before:
            values["AWS_SESSION_TOKEN"] = ""  # it belonged to the other key
        values |= {_KEY: key, _SECRET: secret or (values[_SECRET] if keeps else "")}
    if key not in {"", "-"} and not values[_SECRET]:
        talk.problem("An access key has a secret: both are needed, or none.")
        return False
    return True


def _ready(it: Journey, values: dict[str, str]) -> bool:
    """Whether the table can be used, made first if that is wanted. StoreError says why not."""
    name, region = values["DYNAMODB_TABLE"], values["AWS_REGION"]
    if not _REGION.fullmatch(region):
        raise UsageError(f"{region!r} is no AWS region: those are like us-west-2, eu-central-1.")
    settings = _settings(it, values)
    problems = it.talk.wait(f"Looking at {name}…", lambda: _check(settings))
    if problems is None:
        if not (
            it.given.create_table
            if it.given.create_table is not None
            else it.talk.attended
            and it.talk.confirm(f"There is no table {name} in {region}. Make it?", True)
        ):
            raise StoreError(
                f"DynamoDB table {name}",
                f"there is none in {region}.",
                "Is it in another region? --create-table makes it here.",
            )
    elif not problems:
        return True
    elif any("keys must be" in problem for problem in problems):
        raise StoreError(f"DynamoDB table {name}", problems[0])
    it.talk.wait(f"Making {name}…", lambda: _make(settings))
    for problem in it.talk.wait(f"Looking at {name}…", lambda: _check(settings)) or []:
        it.talk.problem(problem)  # such as its billing: no reason to stop
    return True


def _settings(it: Journey, values: dict[str, str]) -> Settings:
    given = {name.lower(): value or None for name, value in values.items()}
    url = it.answers.get("AWS_ENDPOINT_URL_DYNAMODB") or None
    return load_settings(env_file=None, aws_endpoint_url_dynamodb=url, **given)


async def _check(settings: Settings) -> list[str] | None:
    """What is wrong with the table; None where there is none."""
    from companion.bootstrap import open_table

    async with open_table(settings) as table:
        problems = await table.check_table()
    return None if any("does not exist" in problem for problem in problems) else problems


async def _make(settings: Settings) -> None:
    from companion.bootstrap import open_table

    async with open_table(settings) as table:
        await table.create_table()
