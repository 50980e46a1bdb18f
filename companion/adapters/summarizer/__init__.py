"""Summaries by any model that the `llm` library knows: in this process, or in one of its own."""

from companion.adapters.summarizer.model import (
    LlmSummarizer as LlmSummarizer,
)
from companion.adapters.summarizer.model import (
    check_model as check_model,
)
from companion.adapters.summarizer.model import (
    model_keys as model_keys,
)
from companion.adapters.summarizer.model import (
    stored_model_keys as stored_model_keys,
)
from companion.adapters.summarizer.process import ProcessSummarizer as ProcessSummarizer
