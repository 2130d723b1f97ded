"""The FHIR REST API over use cases and records."""
