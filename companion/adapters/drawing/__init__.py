"""Draws pictures in a process of its own: what Pillow needs is gone when the picture is there."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import asdict

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
            process = await asyncio.create_subprocess_exec(
                # -P: a folder that is named like a module is not imported from where one is.
                *(sys.executable, "-P", "-m", f"{__name__}.draw"),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
            )
        except OSError as error:
            raise DrawingError(form, error.strerror or "no process") from error
        try:
            async with asyncio.timeout(self._timeout_s):
                drawn, _ = await process.communicate(given)
        except TimeoutError:
            raise DrawingError(form, f"not done after {self._timeout_s:g} s") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode or not drawn:
            raise DrawingError(form, f"the drawing process ended with {process.returncode}")
        return drawn
