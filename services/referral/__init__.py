"""Takes a concern, finds who can help, and minds the clock."""
