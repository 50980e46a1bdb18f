"""All checks of `companion doctor`, side by side."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from companion.bootstrap import hand_over_to_libraries
from companion.domain.computer.machine import Machine
from companion.entrypoints.daemon_report import report_on_daemon
from companion.entrypoints.doctor.app_token import APP_TOKEN
from companion.entrypoints.doctor.bot_token import BOT_TOKEN
from companion.entrypoints.doctor.calendar import CALENDAR
from companion.entrypoints.doctor.check import Check, Context, Finding, Verdict
from companion.entrypoints.doctor.clock import CLOCK
from companion.entrypoints.doctor.commits import COMMITS
from companion.entrypoints.doctor.daemon import DAEMON
from companion.entrypoints.doctor.direct_message import DIRECT_MESSAGE
from companion.entrypoints.doctor.model import MODEL
from companion.entrypoints.doctor.presses import PRESSES
from companion.entrypoints.doctor.settings import SETTINGS
from companion.entrypoints.doctor.store import STORE
from companion.entrypoints.doctor.usable_settings import settings_for_doctor
from companion.entrypoints.doctor.webhook import WEBHOOK
from companion.errors import CompanionError
from companion.ports import Clock
from companion.texts import doctor as texts

CHECKS = (
    SETTINGS,
    CLOCK,
    BOT_TOKEN,
    APP_TOKEN,
    DIRECT_MESSAGE,
    STORE,
    MODEL,
    COMMITS,
    CALENDAR,
    DAEMON,
    PRESSES,
    WEBHOOK,
)
"""In the order in which one would fix things."""

CHECK_TIMEOUT_S = 30.0


def free_space(path: Path) -> int:
    """How many bytes the disk of that folder has left."""
    return shutil.disk_usage(path).free


async def examine(
    machine: Machine,
    clock: Clock,
    unique: UUID,
    env_file: Path,
    *,
    webhook: str | None = None,
    timeout_s: float = CHECK_TIMEOUT_S,
    free_space: Callable[[Path], int] = free_space,
) -> list[Finding]:
    """What all checks found, in their order. `webhook` is an address to try in place of the
    setting's; `unique` is the identity of this examination."""
    settings, problems = settings_for_doctor(env_file)
    if webhook:
        settings = settings.model_copy(update={"companion_webhook_url": webhook})
    hand_over_to_libraries(settings)
    report = asyncio.create_task(report_on_daemon(settings, machine, clock))
    context = Context(
        settings=settings,
        env_file=env_file,
        problems=problems,
        clock=clock,
        unique=unique,
        timeout_s=timeout_s,
        free_space=free_space,
        report=report,
    )
    try:
        return await asyncio.gather(*(_find(check, context) for check in CHECKS))
    finally:
        report.cancel()
        await asyncio.wait([report])


async def _find(check: Check, context: Context) -> Finding:
    try:
        async with asyncio.timeout(context.timeout_s):
            verdict, text = await check.run(context)
    except CompanionError as error:
        verdict, text = Verdict.FAILED, str(error)
    except TimeoutError:
        verdict, text = Verdict.FAILED, texts.NO_ANSWER.format(seconds=context.timeout_s)
    return Finding(check=check.name, verdict=verdict, text=text)
