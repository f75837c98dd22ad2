"""A language model that writes, with a key/value cache: the whole one, or a few of its blocks."""
