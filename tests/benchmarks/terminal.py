"""From the shell: writing an entry, and asking for help."""

import statistics
from pathlib import Path

from tests.benchmarks.processes import COMPANION, clean_environment, peer, seconds
from tests.benchmarks.report import Figure

RUNS = 15

JRNL = """\
colors: {{body: none, date: none, tags: none, title: none}}
default_hour: 9
default_minute: 0
editor: ''
encrypt: false
highlight: true
indent_character: '|'
journals: {{default: {{journal: {journal}}}}}
linewrap: 79
tagsymbols: '#@'
template: false
timeformat: '%F %r'
version: {version}
"""


def log(folder: Path) -> list[Figure]:
    """`companion log` on SQLite, to `jrnl` writing an entry."""
    jrnl = peer("jrnl", "jrnl==4.3")
    config = folder / "jrnl.yaml"
    config.write_text(JRNL.format(journal=folder / "journal.txt", version="v4.3"))
    ours = [COMPANION, "log", "fixed the flaky test"]
    theirs = [jrnl, "--config-file", str(config), "fixed the flaky test."]
    environment = clean_environment(
        SLACK_USER_ID="U0AAAAAA", COMPANION_DB=str(folder / "memory.db")
    )
    return [_figure("`companion log`, to `jrnl` writing an entry", ours, theirs, environment,
                    folder, 1)]  # fmt: skip


def help_(folder: Path) -> list[Figure]:
    """`companion --help` and `companion today`, to what `watson` has for the same."""
    watson = peer("watson", "td-watson")
    environment = clean_environment(
        SLACK_USER_ID="U0AAAAAA",
        COMPANION_DB=str(folder / "memory.db"),
        WATSON_DIR=str(folder / "watson"),
    )
    span = ["--from", "2026-11-20 09:00", "--to", "2026-11-20 10:00"]
    for command in ([COMPANION, "log", "fixed it"], [watson, "add", *span, "billing"]):
        seconds(command, environment, folder)
    return [
        _figure("`companion --help`, to `watson --help`", [COMPANION, "--help"],
                [watson, "--help"], environment, folder, 0.75),
        _figure("`companion today`, to `watson report`", [COMPANION, "today"],
                [watson, "report"], environment, folder, 0.75),
    ]  # fmt: skip


def _figure(
    name: str,
    ours: list[str],
    theirs: list[str],
    environment: dict[str, str],
    folder: Path,
    goal: float,
) -> Figure:
    sides: tuple[list[float], list[float]] = ([], [])
    for run in range(RUNS + 2):
        for command, times in zip((ours, theirs), sides, strict=True):
            took = seconds(command, environment, folder)
            if run >= 2:  # the first ones warm the disk's cache
                times.append(took)
    mine, other = map(statistics.median, sides)
    return Figure(
        name=name,
        ours=f"{1000 * mine:.0f} ms",
        reference=f"{1000 * other:.0f} ms",
        ratio=mine / other,
        goal=goal,
    )
