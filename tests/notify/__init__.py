"""What notify does, told as tests."""
