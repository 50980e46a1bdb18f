"""The index of words in the SQLite file: its tables, and what keeps them true.

Triggers note each entry that changed, and take the words of an old text out at once. They are SQL
alone, so that every program that writes the file keeps the index true. A search reads the words of
the entries that are noted (`FILL`), before it asks the index.

The index is FTS5's (https://www.sqlite.org/fts5.html). What is taken out of it stays in its older
segments until they are merged; `search_removed` remembers that, and `merge_step` does so.
"""

# ruff: noqa: S608 -- the statements are made of constants

import re
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Final

from companion.domain.entry import TICK, format_timestamp
from companion.domain.mentions import channel_names, mentions_from_json

SPAN: Final = 315_537_897_600_000_000
"""The microseconds of the years 1 to 9999, which is what a datetime can hold."""
MAX_PEOPLE: Final = 28
"""How many people the ids of the index have room for; the entries of others are read one by one."""
_YEAR_1 = datetime(1, 1, 1, tzinfo=UTC)
_SECONDS_BEFORE_1970 = 62_135_596_800
_PARTING = re.compile("[\x00-,.:-@[-^`{-\x7f]")
"""What FTS5 would part a tag at: ASCII except letters, digits and `- _ /`."""
_MERGED_AT_ONCE = 256
"""Pages of 4 KB: while a step runs, all other writers wait."""


def _id_of(row: str) -> str:
    """SQL for the id of a row of `entries`: whose it is, then when. So ids are in order of time."""
    time = f"{row}.timestamp"
    return (
        f"(SELECT number * {SPAN}"
        f" + (strftime('%s', substr({time}, 1, 19)) + {_SECONDS_BEFORE_1970}) * 1000000"
        f" + substr({time}, 21, 6)"
        f" FROM search_people WHERE user_id = {row}.user_id AND number <= {MAX_PEOPLE})"
    )


_NOTE = f"""
    INSERT INTO search_people (user_id) SELECT new.user_id
    WHERE NOT EXISTS (SELECT 1 FROM search_people WHERE user_id = new.user_id);
    INSERT OR REPLACE INTO search_pending (id)
    SELECT id FROM (SELECT {_id_of("new")} AS id) WHERE id IS NOT NULL AND NOT new.deleted;
"""
_TAKE_OUT = f"""
    DELETE FROM search_pending WHERE id = {_id_of("old")};
    INSERT INTO search_removed (id) SELECT NULL
    WHERE EXISTS (SELECT 1 FROM search WHERE rowid = {_id_of("old")});
    DELETE FROM search WHERE rowid = {_id_of("old")};
"""

SCHEMA = (
    "CREATE TABLE search_people (number INTEGER PRIMARY KEY, user_id TEXT NOT NULL UNIQUE) STRICT",
    "CREATE TABLE search_pending (id INTEGER PRIMARY KEY) STRICT",
    "CREATE TABLE search_removed (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT",
    # What it gets are folded words: the tokenizer only has to part them at spaces.
    """
    CREATE VIRTUAL TABLE search USING fts5(
        words, tokenize = "ascii tokenchars '#-_/'", columnsize = 0
    )
    """,
    "CREATE VIRTUAL TABLE search_words USING fts5vocab(search, instance)",
    f"CREATE TRIGGER search_written AFTER INSERT ON entries BEGIN {_NOTE} END",
    f"CREATE TRIGGER search_changed AFTER UPDATE OF text, mentions, deleted ON entries"
    f" BEGIN {_TAKE_OUT} {_NOTE} END",
    f"CREATE TRIGGER search_erased AFTER DELETE ON entries BEGIN {_TAKE_OUT} END",
    "INSERT INTO search_people (user_id) SELECT DISTINCT user_id FROM entries",
    f"INSERT INTO search_pending (id) SELECT id FROM (SELECT {_id_of('entries')} AS id"
    " FROM entries WHERE NOT deleted) WHERE id IS NOT NULL",
)

TAGS_AGAIN = (
    f"INSERT OR IGNORE INTO search_pending (id) SELECT id FROM (SELECT {_id_of('entries')} AS id"
    " FROM entries WHERE NOT deleted AND instr(text, '#')"
    " AND length(text) < length(CAST(text AS BLOB))) WHERE id IS NOT NULL",
)
"""Tags in scripts that write vowels as marks were once read in part: `#தமிழ்`."""

FILL = f"""
    INSERT OR REPLACE INTO search (rowid, words)
    SELECT pending.id, search_text(entries.text, entries.mentions)
    FROM (SELECT id FROM search_pending ORDER BY id DESC LIMIT ?) AS pending
    JOIN search_people ON number = pending.id / {SPAN}
    JOIN entries ON entries.user_id = search_people.user_id
        AND entries.timestamp = search_timestamp(pending.id)
"""
"""Read the words of the newest entries that are noted, in one statement: nothing can be deleted
between the reading and the writing."""
FILLED = """
    DELETE FROM search_pending WHERE id IN (
        SELECT id FROM (SELECT id FROM search_pending ORDER BY id DESC LIMIT ?)
        WHERE EXISTS (SELECT 1 FROM search WHERE rowid = id)
    )
"""


def add_functions(connection: sqlite3.Connection) -> None:
    """What the statements above call: folding is Python's."""
    connection.create_function("search_text", 2, words_of, deterministic=True)
    connection.create_function("search_timestamp", 1, timestamp_of, deterministic=True)


def words_of(text: str, mentions: str) -> str:
    """What the index gets for a text: its folded words, and its tags as words with a `#`."""
    # Here, because only searches need these: what writes an entry does not wait for them.
    from companion.domain.tags import tags
    from companion.domain.words import indexed

    found = tags(text, channel_names(mentions_from_json(mentions)))
    return " ".join([indexed(text), *map(tag_word, found)])


def tag_word(tag: str) -> str:
    """The word that stands for a tag: one word for FTS5 too, whatever is in the tag."""
    from companion.domain.words import fold

    return "#" + _PARTING.sub(lambda found: chr(0xE000 + ord(found[0])), fold(tag))


def id_of(number: int, moment: datetime) -> int:
    """The id of an entry at that moment, of the person with that number."""
    return number * SPAN + (moment - _YEAR_1) // TICK


def timestamp_of(row_id: int) -> str:
    """The timestamp in an id, as `entries` has it."""
    return format_timestamp(_YEAR_1 + timedelta(microseconds=row_id % SPAN))


def removed(database: sqlite3.Connection) -> int:
    """Up to which removal there are some whose words may still stand in old segments; 0 if none."""
    (last,) = database.execute("SELECT max(id) FROM search_removed").fetchone()
    return last or 0


def merge_step(database: sqlite3.Connection, last: int) -> bool:
    """Merge a little; False once nothing is left of all removals up to `last`."""
    before = database.total_changes
    # Negative: all segments become one, as `optimize` would do in one step.
    database.execute("INSERT INTO search (search, rank) VALUES ('merge', ?)", (-_MERGED_AT_ONCE,))
    if database.total_changes - before >= 2:  # https://www.sqlite.org/fts5.html#the_merge_command
        return True
    database.execute("DELETE FROM search_removed WHERE id <= ?", (last,))
    return False
