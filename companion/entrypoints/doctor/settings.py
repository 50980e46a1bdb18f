"""Whether the settings are understood, and for their owner alone."""

import os

from companion.entrypoints.doctor.check import Check, Context, Result, Verdict, is_open_to_others
from companion.settings.names import unknown_names
from companion.texts import doctor as texts


async def check_settings(context: Context) -> Result:
    file = context.env_file
    if context.problems:
        if len(context.problems) == 1:
            wrong = texts.SETTINGS_WRONG.format(problem=context.problems[0], file=file)
            return Verdict.FAILED, wrong
        problems = "\n".join(f"  {problem}" for problem in context.problems)
        return Verdict.FAILED, texts.SEVERAL_SETTINGS_WRONG.format(problems=problems, file=file)
    if unknown := unknown_names(os.environ, file):
        names = " ".join(map(str, unknown))
        return Verdict.WARNING, texts.SETTINGS_UNKNOWN.format(names=names)
    if is_open_to_others(file):
        return Verdict.WARNING, texts.SETTINGS_READABLE.format(file=file)
    source = file if file.exists() else texts.FROM_ENVIRONMENT.format(file=file)
    return Verdict.OK, texts.SETTINGS_FINE.format(source=source)


SETTINGS = Check("settings", check_settings)
