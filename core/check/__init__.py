"""A check from its plan to its verdict, and what it tells whoever listens."""
