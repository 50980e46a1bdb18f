"""Asks the model once: JSON on standard input, the answer or the reason on standard output."""

import asyncio
import json
import os
import sys
from typing import Any

from companion.adapters.summarizer.model import LlmSummarizer
from companion.errors import SummarizerError


async def answered(given: dict[str, Any]) -> dict[str, str]:
    # It has its own limit: the process that waits for the answer may be gone.
    summarizer = LlmSummarizer(given["model"], given["timeout_s"], given["pauses_s"])
    asked = given["instruction"], given["material"]
    try:
        if schema := given["schema"]:
            return {"answer": await summarizer.fill_in(*asked, schema)}
        return {"answer": await summarizer.summarize(*asked)}
    except SummarizerError as error:
        return {"reason": error.reason}


def main() -> None:
    # What a plugin prints is not part of the answer.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as output:
        os.dup2(2, 1)
        output.write(json.dumps(asyncio.run(answered(json.load(sys.stdin)))))


if __name__ == "__main__":
    main()
