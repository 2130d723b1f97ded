"""Tests of the library that both services use."""
