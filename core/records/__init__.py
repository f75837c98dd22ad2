"""What parent and children share: frozen records of the standard library alone, and the arithmetic on them."""
