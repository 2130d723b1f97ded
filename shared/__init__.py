"""What both services use, and nothing that belongs to one of them."""
