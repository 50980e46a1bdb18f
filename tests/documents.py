"""The documents, and what a reader finds in them: commands, links, headings, tables."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = (
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/setup.md",
    "docs/commands.md",
    "docs/agents.md",
    "docs/moments.md",
    "docs/slack.md",
    "docs/import.md",
    "docs/settings.md",
    "docs/guarantees.md",
    "docs/privacy.md",
    "docs/performance.md",
    "macos/README.md",
)
"""What describes the project as it is now. The changelog also tells what it was."""
CHANGELOG = "CHANGELOG.md"

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"\[((?:[^\[\]`]|`[^`]*`)*)\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def shell_blocks(text: str) -> list[str]:
    return [body.strip() for language, body in _FENCE.findall(text) if language == "sh"]


def inline_code(text: str) -> list[str]:
    return _CODE.findall(_FENCE.sub("", text))


def companion_commands(text: str) -> set[str]:
    """Every command of ours, in a fence or in a sentence, without what starts it."""
    lines = [line for block in shell_blocks(text) for line in block.splitlines()]
    start = re.compile(r"(?:pip install uv && )?(?:uv run )?companion (.+)")
    return {match[1] for code in [*lines, *inline_code(text)] if (match := start.match(code))}


def links(text: str) -> list[str]:
    """Where each link and picture leads, as it is written."""
    return [target for _, target in _LINK.findall(_FENCE.sub("", text))]


def anchors(text: str) -> set[str]:
    """The anchors that GitHub, and those who follow it, make of the headings.

    https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links
    """
    headings = [_LINK.sub(r"\1", heading) for heading in _HEADING.findall(_FENCE.sub("", text))]
    found: dict[str, int] = {}
    for heading in headings:
        anchor = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        found[anchor] = found.get(anchor, -1) + 1
        if found[anchor]:
            found[f"{anchor}-{found[anchor]}"] = 0
    return set(found)


def broken_links(page: str) -> list[str]:
    """The relative links of a page that lead to no file, or to no heading of it."""
    return [link for link in links(read(page)) if not _leads_somewhere(page, link)]


def _leads_somewhere(page: str, link: str) -> bool:
    if re.match(r"https?://|mailto:", link):
        return True
    name, _, anchor = link.partition("#")
    file = (ROOT / page).parent / name if name else ROOT / page
    if not file.exists() or not file.resolve().is_relative_to(ROOT):
        return False
    return not anchor or anchor in anchors(file.read_text(encoding="utf-8"))


def section(text: str, heading: str) -> str:
    """What stands under a heading of the second level."""
    return text.partition(f"## {heading}\n")[2].partition("\n## ")[0]


@dataclass(frozen=True, slots=True)
class Example:
    """A file that a document says to write, or to change, and how."""

    path: str
    language: str
    body: str


_EXAMPLE = re.compile(r"^`([^`\n]+)`:\n\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(text: str) -> list[Example]:
    """The blocks that have a file's name above them, in order."""
    return [Example(*found) for found in _EXAMPLE.findall(text)]


def patched(text: str, diff: str) -> str:
    """The text after a diff without line numbers, whose parts are divided by lines of `@@`.

    The old lines of each part must be in the text exactly once.
    """
    for part in re.split(r"^@@\n", diff, flags=re.MULTILINE):
        lines = part.splitlines(keepends=True)
        old = "".join(line[1:] or line for line in lines if line[0] != "+")
        new = "".join(line[1:] or line for line in lines if line[0] != "-")
        if text.count(old) != 1:
            raise ValueError(f"these lines are there {text.count(old)} times:\n{old}")
        text = text.replace(old, new)
    return text
