"""What somebody should know before a check, and before buying."""
