"""Labels, fields and containers that every page is made of."""
