"""Readers of the shipped tables: hardware, prices, published rates, and the rules of the scenarios."""
