"""Pure functions from facts to conclusions: the scenario, its evidence, trust, warnings, cost and advice."""
