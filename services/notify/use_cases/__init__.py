"""What notify does, one file a verb."""
