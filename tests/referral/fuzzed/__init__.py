"""The API as its own description lets a machine ask it."""
