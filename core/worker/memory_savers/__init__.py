"""Ways to train with less memory: adapters, frozen weights of few bits, blocks and losses that are computed twice."""
