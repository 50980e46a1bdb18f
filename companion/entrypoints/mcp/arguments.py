"""What each tool takes. Types and descriptions are what an agent reads."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from companion.entrypoints.mcp.paging import MAX_ENTRIES

MAX_KEY = 200

Since = Annotated[str | None, Field(description="Entries from then on, like `mon` or `20 Nov`.")]
Until = Annotated[str | None, Field(description="Entries up to then, a day included.")]
Cursor = Annotated[str | None, Field(description="`next_cursor` of the answer before.")]
Count = Annotated[int, Field(ge=1, le=MAX_ENTRIES, description="How many entries at most.")]


class Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class LogArguments(Arguments):
    text: str = Field(description="One short line: what was done, found, decided or left open.")
    at: str | None = Field(None, description="When it was, like `14:30` or `-45m`. Default: now.")
    key: str | None = Field(
        None,
        max_length=MAX_KEY,
        description="Anything unique to this line. The same key again is the same entry.",
    )
    agent: str | None = Field(None, description="Your name. Default: what your client says.")


class ListArguments(Arguments):
    day: str | None = Field(None, description="One day, like `yesterday`. Default: today.")
    since: Since = None
    until: Until = None
    tag: str | None = Field(None, description="Only entries with this tag, like `deploy`.")
    limit: Count = 50
    cursor: Cursor = None


class SearchArguments(Arguments):
    words: str = Field(
        description='Entries with all of these, from the start of a word: `retry loop`, `"exact '
        'words"`, `-without`, `tag:deploy`.'
    )
    since: Since = None
    until: Until = None
    limit: Count = 20
    cursor: Cursor = None


class WhereArguments(Arguments):
    pass


class StandupArguments(Arguments):
    form: Literal["text", "slack", "markdown"] = Field("text", description="Where it is pasted.")


class AskArguments(Arguments):
    question: str = Field(description="Like: when did I last touch billing?")
    model: bool = Field(
        True, description="Let the person's own model answer; false returns the entries, at once."
    )


class StatisticsArguments(Arguments):
    since: Annotated[str | None, Field(description="From then on. Default: 30 days.")] = None
    until: Until = None
