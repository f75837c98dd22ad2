"""Charts, pictures of a verdict, the PDF and the QR code."""
