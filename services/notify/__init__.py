"""Tells each person what happened, by the channel that reaches them, once."""
