"""Each line of the CapabilityStatement is tried, and what it does not say does not work."""
