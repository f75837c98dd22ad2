"""Codes and numbers as sentences: the catalogue of words that window, terminal and reports share."""
