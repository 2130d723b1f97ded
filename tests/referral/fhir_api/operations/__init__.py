"""The operations of the FHIR API, as the systems of Anyshire call them."""
