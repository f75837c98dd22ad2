"""Pure functions that draw conclusions: the scenario, its evidence, trust, warnings, cost and advice."""
