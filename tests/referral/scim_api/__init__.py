"""Tests of what the directory of an organisation may say of its people."""
