"""Pure functions from records to facts: rates, forecasts, rooflines, limits and differences."""
