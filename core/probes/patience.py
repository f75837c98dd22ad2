"""Questions to a system or driver that may never answer: they are waited for two seconds, and never raise."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")
PATIENCE_S = 2.0
"""The longest wait. All that is asked so answers within some milliseconds where it is well."""
SILENT = "the system did not answer within two seconds"
FORBIDDEN = "this user may not ask for it"
ABSENT = "the system has no such answer"
UNREADABLE = "the system's answer cannot be read"


def ask(question: Callable[[], Answer], patience_s: float = PATIENCE_S) -> tuple[Answer | None, str]:
    """(the answer, ""), or (None, why there is none).

    The question runs in a thread of its own, which is left behind where it hangs.
    """
    found: list[tuple[Answer | None, str]] = []
    done = threading.Event()

    def run() -> None:
        found.append(_answered(question))
        done.set()

    threading.Thread(target=run, name="rigdyno-question", daemon=True).start()
    return found[0] if done.wait(patience_s) else (None, SILENT)


def _answered(question: Callable[[], Answer]) -> tuple[Answer | None, str]:
    try:
        return question(), ""
    except PermissionError:
        return None, FORBIDDEN
    except subprocess.TimeoutExpired:
        return None, SILENT
    except (OSError, AttributeError, ImportError, subprocess.SubprocessError):
        return None, ABSENT  # no such file, library, function or program
    except Exception:  # whatever a driver's answer does to a reader, the inspection goes on
        return None, UNREADABLE
