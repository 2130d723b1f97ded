"""FHIR R4 as it comes in and goes out: strict JSON, checks, codes, references, outcomes."""
