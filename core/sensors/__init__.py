"""What is read while something runs: sensors of the machine, other programs, and the temperature guard."""
