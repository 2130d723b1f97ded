"""Tests of referral/records."""
