"""Whether the settings are understood, and for their owner alone."""

from pathlib import Path

from companion.entrypoints.doctor.check import Check, Context, Result, Verdict, is_open_to_others
from companion.texts import doctor as texts


async def check_settings(context: Context) -> Result:
    if context.problems:
        return Verdict.FAILED, texts.SETTINGS_WRONG.format(problems="; ".join(context.problems))
    file = _env_file()
    if is_open_to_others(file):
        return Verdict.WARNING, texts.SETTINGS_READABLE.format(file=file)
    source = file if file.exists() else texts.FROM_ENVIRONMENT.format(file=file)
    return Verdict.OK, texts.SETTINGS_FINE.format(source=source)


def _env_file() -> Path:
    return Path(".env").absolute()


SETTINGS = Check("settings", check_settings)
