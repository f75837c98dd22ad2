"""The child process that trains with torch. It needs the standard library, numpy and torch alone."""
