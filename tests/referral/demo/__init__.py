"""The invented county, once its children are in it."""
