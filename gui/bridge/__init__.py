"""Where the window meets the engine: checks, stored results and settings."""
