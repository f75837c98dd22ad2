"""Parts of a network that tell of the whole one: fewer blocks, smaller sizes, a small vocabulary."""
