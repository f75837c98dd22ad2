"""Training by several ranks together, over the GPUs of one computer or over several computers."""
