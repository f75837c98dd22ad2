"""The application and its main window, which connects pages and engine."""
