"""How entries look in files: each format has a file of its name, which writes or reads it.

A file is read twice: once to check all of it, then to store. What cannot be read is named with its
place and with what would be accepted, without the words. docs/import.md has the grammar.
"""

EXPORTS = {"markdown": ".md", "jsonl": ".jsonl", "csv": ".csv"}
"""The formats that entries leave in, and how their files' names end."""
IMPORTS = ("jsonl", "json", "csv", "markdown", "text", "jrnl", "day-one", "slack")
"""The formats that they come in. `json` is a list of what JSON Lines have on each line."""
