"""What is kept on the disk: the data folder, result files, the history and the error log."""
