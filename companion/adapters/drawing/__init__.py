"""Draws pictures in a process of its own: what Pillow needs is gone when the picture is there."""

import json
from dataclasses import asdict

from companion.adapters.child_process import answer_of
from companion.domain.chart import Picture
from companion.errors import DrawingError
from companion.ports import Painter

DRAWING_TIMEOUT_S = 60.0


class ProcessPainter(Painter):
    """A Painter that starts `draw.py` for each picture."""

    def __init__(self, timeout_s: float = DRAWING_TIMEOUT_S) -> None:
        self._timeout_s = timeout_s

    async def draw(self, picture: Picture, form: str) -> bytes:
        given = json.dumps({"form": form, **asdict(picture)}).encode()
        try:
            return await answer_of(f"{__name__}.draw", given, self._timeout_s)
        except TimeoutError:
            raise DrawingError(form, f"not done after {self._timeout_s:g} s") from None
        except OSError as error:
            raise DrawingError(form, error.strerror or "no process") from error
