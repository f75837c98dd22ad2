"""Pure functions that derive facts from records: rates, forecasts, rooflines, bottlenecks and differences."""
