"""The operations of the FHIR API, one file each."""
