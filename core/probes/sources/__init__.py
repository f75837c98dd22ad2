"""What probes ask: this computer, this computer while its answers are recorded, or a recorded one."""
