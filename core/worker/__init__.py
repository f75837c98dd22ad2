"""The worker: a child process that trains with PyTorch and measures it. It needs Python, numpy and torch alone."""
