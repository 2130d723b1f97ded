"""Faults on purpose: what the services do while something breaks, with the same seed each time."""
