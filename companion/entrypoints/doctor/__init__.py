"""`companion doctor`: one check a file. `examination.py` lists them in `CHECKS`."""

from companion.entrypoints.doctor.check import Check, Context, Finding, Result, Verdict
from companion.entrypoints.doctor.examination import CHECKS, examine

__all__ = ["CHECKS", "Check", "Context", "Finding", "Result", "Verdict", "examine"]
