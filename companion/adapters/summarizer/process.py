"""Asks the model in a process of its own: what `llm` loads is gone from memory after the answer."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from companion.adapters.child_process import answer_of
from companion.adapters.summarizer.model import PAUSES_S, no_answer_within
from companion.errors import SummarizerError
from companion.settings import DEFAULT_MODEL_TIMEOUT_S

ANSWER = f"{__package__}.answer"


class ProcessSummarizer:
    """A Model that starts `answer.py` for each answer; else as LlmSummarizer.

    The time includes the start of the process: about a second.
    """

    def __init__(
        self,
        model: str | None,
        timeout_s: float = DEFAULT_MODEL_TIMEOUT_S,
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        self._given = {"model": model, "timeout_s": timeout_s, "pauses_s": tuple(pauses_s)}
        self._timeout_s = timeout_s

    async def summarize(self, instruction: str, material: str) -> str:
        """See Summarizer. The reason never holds a secret or a word of the material."""
        return await self._answer(instruction, material, None)

    async def fill_in(self, instruction: str, material: str, schema: Mapping[str, Any]) -> str:
        """See Model."""
        return await self._answer(instruction, material, schema)

    async def _answer(
        self, instruction: str, material: str, schema: Mapping[str, Any] | None
    ) -> str:
        given = {**self._given, "instruction": instruction, "material": material, "schema": schema}
        try:
            answered = json.loads(
                await answer_of(ANSWER, json.dumps(given).encode(), self._timeout_s)
            )
        except TimeoutError:
            raise no_answer_within(self._timeout_s) from None
        except OSError as error:
            raise SummarizerError(f"the model could not be asked ({error.strerror})") from error
        if "reason" in answered:
            raise SummarizerError(answered["reason"])
        answer: str = answered["answer"]
        return answer
