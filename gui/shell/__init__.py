"""The program around its pages: application, window, start and end."""
