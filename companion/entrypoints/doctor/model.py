"""Whether the model that writes the summaries answers."""

from companion.bootstrap.surroundings import summarizer_for_one_try
from companion.entrypoints.doctor.check import Check, Context, Result, Verdict
from companion.errors import SummarizerError
from companion.texts import doctor as texts

SHARE_OF_TIME = 0.8
"""The model gives up before the check does, and says why."""


async def check_model(context: Context) -> Result:
    if not context.has_daemon:
        return Verdict.SKIPPED, texts.NO_DAEMON
    name = context.settings.llm_model
    model = summarizer_for_one_try(name, SHARE_OF_TIME * context.timeout_s)
    try:
        await model.summarize(texts.MODEL_TRIAL, texts.MODEL_QUESTION)
    except SummarizerError as error:
        # A warning: a summary needs no model.
        return Verdict.WARNING, texts.MODEL_SILENT.format(reason=error.reason)
    return Verdict.OK, texts.MODEL_FINE.format(model=name or texts.DEFAULT_MODEL)


MODEL = Check("model", check_model)
