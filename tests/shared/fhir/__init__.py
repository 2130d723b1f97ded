"""Tests of FHIR at the edge: what is taken, what is refused, and what is said of it."""
