"""A result as charts, HTML, Markdown and a QR code."""
