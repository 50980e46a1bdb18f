"""Where entries are stored: in a file on this machine, or in a table that several can reach."""

from pathlib import Path

from companion.entrypoints.setup.setup import Deployment, Setup
from companion.entrypoints.setup.table import KEY, SECRET, TOKEN, TablePlace, is_ready
from companion.errors import CompanionError
from companion.settings import DEFAULT_REGION, DEFAULT_TABLE, Settings, load_settings
from companion.texts import setup as texts


def set_up_storage(setup: Setup) -> None:
    """SQLite needs nothing. A table is looked at, and created if the person wants that."""
    setup.dialogue.heading(texts.STORAGE_HEADING)
    if setup.deployment is Deployment.MAC:
        _use_sqlite(setup)
    else:
        _use_dynamodb(setup)


def _use_sqlite(setup: Setup) -> None:
    if table := setup.answers.get("DYNAMODB_TABLE"):
        setup.answers.keep(DYNAMODB_TABLE="")
        setup.dialogue.problem(texts.TABLE_STAYS.format(table=table))
    setup.dialogue.good(texts.IN_THE_FILE.format(file=_file(setup)))


def _use_dynamodb(setup: Setup) -> None:
    place = TablePlace(
        region=setup.present("AWS_REGION") or DEFAULT_REGION,
        table=setup.present("DYNAMODB_TABLE") or DEFAULT_TABLE,
        key=setup.present(KEY),
        secret=setup.present(SECRET),
        token=setup.present(TOKEN),
    )
    known = bool(setup.present("DYNAMODB_TABLE"))
    while not _is_settled(setup, place, known):
        known = False
    values = place.settings()
    if place.token:
        # Written down they would outlive themselves, and hide the keys that AWS's tools renew.
        setup.dialogue.problem(texts.TEMPORARY_KEYS)
        values = {name: values[name] for name in ("AWS_REGION", "DYNAMODB_TABLE")}
    moved = setup.answers.get("DYNAMODB_TABLE") != place.table
    setup.answers.keep(**values)
    setup.dialogue.good(texts.TABLE_READY.format(table=place.table, region=place.region))
    if moved and _file(setup).exists():
        setup.dialogue.problem(texts.FILE_STAYS.format(file=_file(setup)))


def _is_settled(setup: Setup, place: TablePlace, known: bool) -> bool:
    """Whether the table can be used, and the person wants it. What is set is tried before anything
    is asked."""
    if not known and setup.dialogue.attended and not _ask(setup, place):
        return False
    try:
        return is_ready(setup, place) and (not known or _keeps(setup, place))
    except CompanionError as error:
        if not setup.dialogue.attended:
            raise
        setup.dialogue.problem(str(error))
        return False


def _file(setup: Setup) -> Path:
    file = setup.answers.get("COMPANION_DB")
    given = {"companion_db": file} if file else {}
    return load_settings(Settings, env_file=None, **given).companion_db


def _keeps(setup: Setup, place: TablePlace) -> bool:
    question = texts.KEEP_TABLE.format(table=place.table, region=place.region)
    return "DYNAMODB_TABLE" in setup.options.values or setup.dialogue.confirm(question, True)


def _ask(setup: Setup, place: TablePlace) -> bool:
    """Ask for region, table and keys; earlier answers are the defaults."""
    dialogue = setup.dialogue
    place.region = dialogue.ask(texts.REGION, place.region)
    place.table = dialogue.ask(texts.TABLE, place.table)
    dialogue.say(texts.ABOUT_KEYS)
    before = place.key
    shown = texts.SHOWN_KEY.format(first=before[:4], last=before[-4:]) if before else ""
    key = dialogue.ask(texts.KEY.format(shown=shown)) or before
    if key == "-":
        place.forget_keys()
    elif key:
        _ask_secret(setup, place, key)
    if place.key and not place.secret:
        dialogue.problem(texts.KEY_WITHOUT_SECRET)
        return False
    return True


def _ask_secret(setup: Setup, place: TablePlace, key: str) -> None:
    known = place.secret if key == place.key else ""
    enter = texts.ENTER_KEEPS if known else ""
    typed = setup.dialogue.ask(texts.SECRET_KEY.format(enter=enter), hidden=True)
    if key != place.key:
        place.token = ""  # it belonged to the other key
    place.key, place.secret = key, typed or known
