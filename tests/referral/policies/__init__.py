"""Tests of referral/policies."""
