"""Documents that others send: what they are, and whether they are safe to keep."""
