"""Sessions with workers: how a worker is started, here or over ssh, and the protocol between it and its parent."""
