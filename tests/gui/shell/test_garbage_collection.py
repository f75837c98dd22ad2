"""Cyclic garbage with widgets is freed between events of Qt, never inside of its code."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from PySide6.QtWidgets import QWidget
from rigdyno.gui.shell import garbage_collection
from rigdyno.gui.shell.garbage_collection import GarbageCollection


class Circular(QWidget):
    """A widget that nothing but a collection frees."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


@pytest.fixture
def automatic():
    """Python's own collector at work, as at the start of the program."""
    gc.enable()
    yield
    gc.disable()


def churn() -> None:
    for _ in range(5_000):
        circle: list[object] = []
        circle.append(circle)


def test_a_thread_frees_no_widget_and_the_window_does(qapp, qtbot, automatic, monkeypatch):
    monkeypatch.setattr(garbage_collection, "INTERVAL_MS", 20)
    collection = GarbageCollection(qapp)
    freed_on: list[int] = []
    widget = Circular()
    weakref.finalize(widget, lambda: freed_on.append(threading.get_ident()))
    del widget
    thread = threading.Thread(target=churn)
    thread.start()
    thread.join()
    assert not freed_on
    qtbot.waitUntil(lambda: bool(freed_on))
    assert freed_on == [threading.get_ident()]
    collection.deleteLater()


def test_old_garbage_is_freed_too(qapp, automatic, monkeypatch):
    monkeypatch.setattr(garbage_collection, "FULL_EVERY", 3)
    collection = GarbageCollection(qapp)
    widget = Circular()
    gc.collect()  # now it is old
    freed: list[bool] = []
    weakref.finalize(widget, lambda: freed.append(True))
    del widget
    collection.collect()
    collection.collect()
    assert not freed
    collection.collect()
    assert freed
    collection.deleteLater()
