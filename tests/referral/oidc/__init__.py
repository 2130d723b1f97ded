"""Tests of signing in with the sign-in services of others."""
