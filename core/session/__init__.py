"""The parent's end of a worker: how it is started, here or over ssh, and the protocol between the two."""
