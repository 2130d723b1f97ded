"""Routing rules, places and clocks as dated data, and their reader."""
