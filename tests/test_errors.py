"""The tree of errors, as `companion/errors.py` draws it."""

import importlib
import pkgutil
from collections.abc import Iterator

import companion
from companion import errors
from companion.errors import CompanionError


def drawn(error: type[CompanionError], depth: int = 0) -> Iterator[str]:
    """The class and, indented below it, the public ones that derive from it."""
    yield f"{'  ' * depth}{'· ' if depth else ''}{error.__name__}"
    for derived in sorted(error.__subclasses__(), key=lambda each: each.__name__):
        if derived.__module__.startswith("companion.") and not derived.__name__.startswith("_"):
            yield from drawn(derived, depth + 1)


def test_the_drawing_shows_every_error_of_the_package() -> None:
    for module in pkgutil.walk_packages(companion.__path__, "companion."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    tree = "\n".join(drawn(CompanionError))
    drawing = (errors.__doc__ or "").partition("\n\n")[2].strip()
    assert drawing == tree, f"draw this in companion/errors.py:\n{tree}"
