"""What Windows alone tells: `system_calls` asks, the other modules read its answers, which are data."""
