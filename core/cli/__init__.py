"""The terminal front end: the same check as in the window, for servers and scripts."""
