"""Everyone against everything: who may do what with whose records, tried on the live service."""
