"""Queries to NVML, NVIDIA's management library, by the names of its functions. None raises, and none takes long: a
query that fails or hangs gives `Missing`.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from .sources.current import THIS_COMPUTER, AnswerError, answer, source
from .sources.nvml_answers import NVML, SILENT, Missing, decoded, encoded

PATIENCE_S = 2.0
"""The longest wait for the driver. Usually an answer takes microseconds, and PCIe counters 20 ms."""

MOST_GPUS = 256
"""More are never asked: the largest servers have 16."""
INIT_ERRORS = {
    4: "no-permission", 8: "no-power", 9: "driver-not-loaded", 12: "no-library", 15: "gpu-lost", 16: "needs-reset",
    18: "driver-mismatch",
}  # fmt: skip
"""Codes for the errors of nvmlInit; all others, such as 999, are unknown errors."""
_NOT_AVAILABLE = (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)
"""NVML's NVML_VALUE_NOT_AVAILABLE, in the two widths in which it is returned."""
_FIELD_TYPES = ("dVal", "uiVal", "ulVal", "ullVal", "sllVal", "siVal", "usVal")
"""Members of NVML's value union, by nvmlValueType_t: a signed -5 read as unsigned is 4294967291."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Question:
    """How to ask for one value of a GPU.

    `calls` are functions of the Python binding with their arguments after the handle; later ones are for drivers and
    bindings that lack the earlier ones. With `of_system` they take no handle. `convert` makes the value of an answer.
    """

    key: str
    calls: tuple[tuple[str, tuple[Any, ...]], ...]
    convert: Callable[[Any], Any]
    of_system: bool = False

    @property
    def source(self) -> str:
        """Where the value comes from."""
        return f"NVML {self.calls[0][0]}"

    def ask(self, handle: Any) -> Any:
        """The value; else the `Missing` of the first call, as the others are only older ways to ask the same."""
        if isinstance(handle, Missing) and not self.of_system:
            return handle
        first: Missing | None = None
        for function, args in self.calls:
            answer = query(function, *(() if self.of_system else (handle,)), *args)
            if not isinstance(answer, Missing):
                try:
                    return self.convert(answer)
                except (TypeError, ValueError, AttributeError, IndexError) as error:
                    answer = Missing(f"unexpected answer: {error}")
            first = first or answer
        return first


class DriverThread:
    """A thread that makes all calls to the driver, one at a time, so that no other thread hangs with the driver.

    It is a daemon, so that the program can end while the thread is stuck in the driver.
    """

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._asked: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = queue.SimpleQueue()
        self._turn = threading.Lock()
        self._pending: Future[Any] | None = None
        self._thread: threading.Thread | None = None

    def __call__(self, question: Callable[[], Answer]) -> Answer | Missing:
        """The answer of `question`, run in that thread; `Missing` after the timeout, and at once while an earlier call
        hangs.

        A question that asks another one runs it directly. Errors of the question are raised here.
        """
        if threading.current_thread() is self._thread:
            return question()
        with self._turn:
            if self._pending and not self._pending.done():
                return Missing(SILENT)
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="rigdyno-nvml", daemon=True)
                self._thread.start()
            answer: Future[Answer] = Future()
            self._pending = answer
            self._asked.put((question, answer))
            try:
                return answer.result(self._patience_s)
            except TimeoutError:
                if answer.done():  # the question's own error
                    raise
                return Missing(SILENT)

    def _serve(self) -> None:
        while True:
            question, answer = self._asked.get()
            try:
                answer.set_result(question())
            except BaseException as error:
                answer.set_exception(error)


ask_driver = DriverThread()
"""The only thread that talks to the driver."""


@dataclass(frozen=True, slots=True)
class Handle:
    """A GPU to ask about: its number, by which answers are recorded, and what NVML knows it by."""

    number: int
    of_driver: Any


def query(name: str, *args: Any) -> Any:
    """The answer of an NVML function, bytes decoded; `Missing` with the reason where it fails.

    A `Handle` among the arguments stands for its GPU.
    """
    plain = [arg.of_driver if isinstance(arg, Handle) else arg for arg in args]
    if source() is THIS_COMPUTER:
        return ask_driver(lambda: _query(name, *plain))
    number = next((f"{arg.number} " for arg in args if isinstance(arg, Handle)), "")
    others = ", ".join(str(arg) for arg in args if not isinstance(arg, Handle))
    question = f"{NVML}{number}{name}" + (f"({others})" if others else "")
    asked: list[Any] = []

    def ask() -> Any:
        asked.append(ask_driver(lambda: _query(name, *plain)))
        return encoded(asked[0])

    try:
        told = answer(question, ask)
    except AnswerError as error:
        return Missing(str(error))
    return asked[0] if asked else decoded(told)


def field_values(handle: Any, ids: Sequence[int]) -> dict[int, Any]:
    """NVML's field values by their ids, each read as the type that NVML tells with it; `Missing` where that fails."""
    answer = query("nvmlDeviceGetFieldValues", handle, list(ids))
    if isinstance(answer, Missing):
        return dict.fromkeys(ids, answer)
    return {int(told.fieldId): _field(told) for told in answer}


@contextmanager
def open_nvml() -> Iterator[str]:
    """Open NVML for the block. Yields "", or the code of why it is not open. Does not raise."""
    try:
        code = answer(f"{NVML}nvmlInit", _opened)
    except AnswerError:
        code = "no-library"
    try:
        yield code
    finally:
        if not code:
            query("nvmlShutdown")


def device_handles() -> tuple[Any, ...] | Missing:
    """A handle for each GPU, `Missing` where it cannot be had; or `Missing` where NVML does not tell how many there
    are.

    Handles are valid only inside of `open_nvml()`.
    """
    count = query("nvmlDeviceGetCount")
    if isinstance(count, Missing):
        return count
    handles = ((number, query("nvmlDeviceGetHandleByIndex", number)) for number in range(min(count, MOST_GPUS)))
    return tuple(told if isinstance(told, Missing) else Handle(number, told) for number, told in handles)


def _opened() -> str:
    left = threading.Event()
    code = ask_driver(lambda: _init(left))
    if isinstance(code, Missing):
        left.set()
        return "silent"
    return code


def _query(name: str, *args: Any) -> Any:
    try:
        import pynvml

        answer = getattr(pynvml, name)(*args)
        answer = answer.decode() if isinstance(answer, bytes) else answer
    except ImportError:
        return Missing("the Python package nvidia-ml-py is missing")
    except AttributeError:
        return Missing(f"this nvidia-ml-py has no {name}")
    except UnicodeDecodeError:
        return Missing("the answer is not text")
    except pynvml.NVMLError as error:  # FunctionNotFound, 13, is one of them
        return Missing.of(error.value)
    except Exception as error:
        # The binding has errors of its own, and ctypes' too; no sensor may end a measurement.
        return Missing(f"{type(error).__name__}: {error}")
    return Missing("not available") if isinstance(answer, int) and answer in _NOT_AVAILABLE else answer


def _field(told: Any) -> Any:
    if told.nvmlReturn:
        return Missing.of(told.nvmlReturn)
    if told.valueType >= len(_FIELD_TYPES):
        return Missing(f"a value of the unknown type {told.valueType}")
    value = getattr(told.value, _FIELD_TYPES[told.valueType])
    return Missing("not available") if value in _NOT_AVAILABLE else value


def _init(left: threading.Event) -> str:
    """Open NVML. Where the caller has `left` in the meantime, close it again, as it would keep a laptop's GPU awake."""
    try:
        import pynvml

        pynvml.nvmlInit()
        if left.is_set():
            pynvml.nvmlShutdown()
    except ImportError:
        return "no-binding"
    except pynvml.NVMLError as error:
        return INIT_ERRORS.get(error.value, "unknown-error")
    except Exception:  # a library that is not NVML at all: ctypes' errors
        return "unknown-error"
    return ""
