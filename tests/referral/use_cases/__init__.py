"""Tests of referral/use_cases."""
