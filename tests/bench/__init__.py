"""Bounded, repeatable measurements: ratios and medians of runs made side by side."""
