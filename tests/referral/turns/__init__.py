"""What the service does by itself, in turn."""
