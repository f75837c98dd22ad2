"""The signals that ask a program to end: both front ends answer them as their Cancel button does."""

from __future__ import annotations

import signal

STOPS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""Ctrl-C, a polite kill, and a terminal that has gone away; Windows lacks the last."""
