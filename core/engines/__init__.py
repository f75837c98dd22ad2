"""Which Python with torch measures: found, chosen, or installed as a pack."""
