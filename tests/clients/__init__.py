"""FHIR clients that others wrote, unmodified, against the real process."""
