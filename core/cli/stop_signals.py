"""The signals that ask the program to end. Window and terminal treat them as a cancel."""

from __future__ import annotations

import signal

STOPS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""Ctrl-C, a polite kill, and a terminal that has gone away; Windows lacks the last."""
