"""Readers of the logs that trainings write: tables, JSON, and lines of text."""
