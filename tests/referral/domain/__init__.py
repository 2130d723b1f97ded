"""Tests of referral/domain."""
