"""The steps of a check: what is measured, one module for each kind that is more than one run of an experiment."""
