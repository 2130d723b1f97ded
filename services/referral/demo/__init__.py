"""The invented county of Anyshire: its services, its people and its children."""
