"""Documents of every kind that should, and should not, be let in."""
