"""docs/import.md has the grammar as tables; each line of them is read here."""

import re
from pathlib import Path

import pytest

from companion.domain.formats import IMPORTS
from companion.domain.formats.found import Found, Unreadable
from tests.domain.formats.reading import BERLIN, text

DOCUMENT = (Path(__file__).parents[3] / "docs/import.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells below a table's line of names."""
    lines = iter(DOCUMENT.splitlines())
    for line in lines:
        if line.startswith(f"| {heading} |"):
            break
    next(lines)
    table = []
    for line in lines:
        if not line.startswith("|"):
            break
        table.append([cell.strip().strip("`") for cell in line.strip("|").split(" | ")])
    return table


@pytest.mark.parametrize(("line", "when", "words"), rows("line"))
def test_a_line_is_read_as_the_document_says(line: str, when: str, words: str) -> None:
    (found,) = text(line)
    assert isinstance(found, Found), found
    assert (str(found.entry.local_time(BERLIN)), found.entry.text) == (when, words)


@pytest.mark.parametrize(("content", "said"), rows("file"))
def test_what_is_not_read_is_named_as_the_document_says(content: str, said: str) -> None:
    found = text(content.replace(" ⏎ ", "\n"))
    problems = [each.problem for each in found if isinstance(each, Unreadable)]
    assert problems
    assert problems[0].startswith(said)


def test_the_document_has_rows_and_names_every_format() -> None:
    assert len(rows("line")) > 20
    assert len(rows("file")) > 20
    named = {name for cells in rows("`--format`") for name in re.findall(r"[\w-]+", cells[0])}
    assert named == set(IMPORTS)


@pytest.mark.parametrize("example", re.findall(r"```text\n(.*?)```", DOCUMENT, re.DOTALL))
def test_the_examples_are_read(example: str) -> None:
    found = text(example)
    assert found
    assert all(isinstance(each, Found) for each in found)
