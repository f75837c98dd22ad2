"""The engine: looks at a machine, trains on it, and draws conclusions. No Qt anywhere below here."""

__version__ = "0.1.0"
PACKAGES_FIRST = "RIGDYNO_PACKAGES"
"""The variable that names the packages which a child takes before all others, those of a pack: a frozen program reads
no PYTHONPATH, nor does Windows' embeddable Python."""
