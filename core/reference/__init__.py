"""The tables that are shipped: hardware, prices, published rates, and the rules of the scenarios."""
