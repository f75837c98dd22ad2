"""What a training step is made of: convolutions, matrix products, attention, and everything else."""
