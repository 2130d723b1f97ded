"""FHIR resources in and out of the database."""
