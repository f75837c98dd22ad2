"""Hostile files and lines: what mutates them, what reads them for real, and what no reader may do."""
