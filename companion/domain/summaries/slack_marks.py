"""What people mark in Slack (`*bold*`, `_italic_`, `~struck~`, code), shown as they meant it.

Slack's marks (https://docs.slack.dev/messaging/formatting-message-text) are not Markdown's: there
`*bold*` is italic. All else in a text is shown as it was typed.
"""

import re

from companion.domain.commits.work import Work
from companion.domain.entry import HAS_SLACK_MARKS, Entry
from companion.domain.markdown import escape, list_item

_FENCED = re.compile(r"```(.+?)```", re.DOTALL)
_CODE = re.compile(r"(?<!`)(`+)(?!`)([^\n]{0,1000}?[^`\n])\1(?!`)")
_EMOJI = re.compile(r"(:[a-z0-9_+'-]+:(?::skin-tone-[2-6]:)?)")
_MARKS = {"*": "**", "_": "*", "~": "~~"}
# A mark opens before a character that is not a space and closes after one, outside of words.
_MARKED = re.compile(
    r"(?<![\w*_~\\])(?P<mark>[*_~])(?=\S)(?!(?P=mark))(?P<text>[^\n]{0,1000}?)(?<=[^\s])(?P=mark)(?!\w)"
)


def marked_line(line: str) -> str:
    """One line of what was said in Slack, in Markdown."""
    # Marks inside of code mark nothing: it is hidden while they are looked for.
    hidden = _CODE.sub(lambda code: "\N{NULL}" * len(code[0]), line)
    return _marked(line, hidden)


def _marked(line: str, hidden: str) -> str:
    shown, at = [], 0
    for found in _MARKED.finditer(hidden):
        mark, (first, last) = _MARKS[found["mark"]], found.span("text")
        inside = _marked(line[first:last], hidden[first:last])
        shown += [_with_code(line[at : found.start()]), f"{mark}{inside}{mark}"]
        at = found.end()
    return "".join([*shown, _with_code(line[at:])])


def _with_code(text: str) -> str:
    shown, at = [], 0
    for code in _CODE.finditer(text):
        shown += [_words(text[at : code.start()]), code[0]]
        at = code.end()
    return "".join([*shown, _words(text[at:])])


def _words(text: str) -> str:
    """Escaped, but for the names of emoji, in which an underscore marks nothing."""
    pieces = _EMOJI.split(text)
    pieces[::2] = [escape(piece) if piece else "" for piece in pieces[::2]]
    return "".join(pieces)


def entry_item(entry: Entry, label: str, text: str) -> str:
    """An entry's text, or part of it, as one item of a list; it says so if an agent wrote it."""
    byline = "" if isinstance(entry, Work) else entry.byline  # its name is in the item already
    return item(entry, f"{label} {byline}".rstrip(), text)


def item(entry: Entry, label: str, text: str) -> str:
    """The same under a label that says all there is to say."""
    if isinstance(entry, Work):
        return list_item(label, text, entry.shown)
    return (marked_item if entry.source in HAS_SLACK_MARKS else list_item)(label, text)


def marked_item(label: str, text: str) -> str:
    """A text of any number of lines as one item of a list; blocks of code stay blocks."""
    lines: list[str] = []
    for number, piece in enumerate(_FENCED.split(text)):
        if number % 2:
            code = piece.strip("\n").split("\n")
            lines += ["", "  ```", *(f"  {line}" for line in code), "  ```"]
            continue
        for line in piece.expandtabs(4).splitlines():
            if words := line.strip():
                indent = "\u00a0" * (len(line) - len(line.lstrip()))
                lines.append(f"{indent}{marked_line(words)}")
    return _joined(f"- **{label}**", lines)


def _joined(start: str, lines: list[str]) -> str:
    """With a line break of Markdown's between two lines of words."""
    item, in_code = start, False
    for line in lines:
        opens = line == "  ```"
        if in_code or opens or not line:
            item += f"\n{line}"
        elif item.endswith("\n  ```"):
            item += f"\n\n  {line}"
        elif item == start:
            item += f" {line}"
        else:
            item += f"  \n  {line}"
        in_code = in_code != opens
    return item
