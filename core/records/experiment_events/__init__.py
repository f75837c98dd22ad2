"""Events and records of single experiments."""
