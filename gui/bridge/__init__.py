"""Between window and engine: checks, engines, stored results and settings."""
