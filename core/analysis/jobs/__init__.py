"""How long any training job takes, and how much memory, from counts and from measurements of a few of its steps."""
