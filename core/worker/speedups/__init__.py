"""Ways to train that need more than a setting of a plan, and the process in which they are tried."""
