"""The Verdict page and its parts."""
