"""Engines: the Pythons with torch that can measure. They are found on the computer, chosen, or installed as packs."""
