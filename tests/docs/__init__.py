"""Tests that the pages in docs/ are current."""
