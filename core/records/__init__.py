"""Frozen dataclasses that the program and its child processes share, and pure arithmetic on them.

Needs the standard library alone, as it travels to other computers together with `worker`.
"""
