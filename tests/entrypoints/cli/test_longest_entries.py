"""Entries as long as there may be, of what people paste: no command thinks for hours about them."""

import json
from collections.abc import Callable
from pathlib import Path

from companion.domain.entry import MAX_TEXT_BYTES
from tests.entrypoints.cli.conftest import Finished

PASTED = (
    "x",
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8w/",  # Base64
    "0f3a9c",
    "retry_",
    "a/",
    " ",
    "\t",
    "`",
    "`` ",
    "[",
    "1",
)


def test_the_longest_entries_are_imported_found_and_summed_up(
    process: Callable[..., Finished], tmp_path: Path
) -> None:
    lines = [
        json.dumps({"timestamp": f"2026-11-20T13:{n:02}:00Z", "text": text, "tz": "UTC"})
        for n, unit in enumerate(PASTED)
        for text in [f"deployed {unit * ((MAX_TEXT_BYTES - 100) // len(unit))} TODO: look at it"]
    ]
    file = tmp_path / "entries.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    imported = process("import", str(file))
    assert f"{len(PASTED)} entries" in imported.stdout, imported.stderr[:500]
    day = ["--since", "2026-11-20", "--until", "2026-11-20"]
    for command in (["summary", *day], ["where"], ["search", "deployed"]):
        ended = process(*command)
        assert ended.returncode == 0, (command, ended.stderr[:500])
        assert ended.stdout
