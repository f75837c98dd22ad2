"""The English of everything that is said, one module for each thing that phrases name."""
