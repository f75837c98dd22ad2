"""Questions to a system or driver that may never answer: they are waited for two seconds, and never raise."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextvars import copy_context
from typing import Any, TypeVar

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
    answer, why = ask_all(question, patience_s=patience_s)[0]
    return answer, why


def ask_all(*questions: Callable[[], Any], patience_s: float = PATIENCE_S) -> list[tuple[Any, str]]:
    """The same for several questions at once: together they are waited for no longer than for one."""
    asked = [_started(question) for question in questions]
    wait(asked, patience_s)
    return [answer.result() if answer.done() else (None, SILENT) for answer in asked]


def _started(question: Callable[[], Any]) -> Future[tuple[Any, str]]:
    answer: Future[tuple[Any, str]] = Future()
    context = copy_context()  # whoever has set whom the probes ask has set it for this thread too
    run = lambda: answer.set_result(context.run(_answered, question))  # noqa: E731
    threading.Thread(target=run, name="rigdyno-question", daemon=True).start()
    return answer


def _answered(question: Callable[[], Any]) -> tuple[Any, str]:
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
