"""How fast a GPU that is not here would be, from counted work, the tables of GPUs, and published rates."""
