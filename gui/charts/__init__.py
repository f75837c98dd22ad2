"""Charts and drawings of conclusions, as widgets and in a PDF."""
