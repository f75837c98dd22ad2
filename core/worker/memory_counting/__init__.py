"""How much memory a training step needs, told without allocating it: two steps on torch's meta device."""
