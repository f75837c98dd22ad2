"""The engine: looks at a machine, trains on it, and draws conclusions. No Qt anywhere below here."""

__version__ = "0.1.0"
