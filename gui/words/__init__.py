"""The language of the window, and words for what it shows."""
