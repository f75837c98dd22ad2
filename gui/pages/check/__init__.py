"""The Check page and its parts."""
