"""Looks at single parts of a computer: memory modules, neural units, other makers' GPUs, a translated Python."""
