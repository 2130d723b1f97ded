"""Tests that read as sentences about the domain."""
