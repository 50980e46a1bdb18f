"""pydantic without a search for plugins in all that is installed, which takes time at each start.

https://docs.pydantic.dev/latest/concepts/plugins/
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

_SWITCH = "PYDANTIC_DISABLE_PLUGINS"


@contextmanager
def no_plugins() -> Iterator[None]:
    """In this block pydantic loads no plugin: to read settings none is needed."""
    before = os.environ.get(_SWITCH)
    os.environ[_SWITCH] = "__all__"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_SWITCH]
        else:
            os.environ[_SWITCH] = before
