"""The commands about machines that are not here: `plan` and `simulate`."""
