"""Benchmarks of the program itself, each a ratio against something bare: `python -m tests.bench --help`."""
