"""The ways a message leaves, one file each."""
