"""What people and systems do with a referral, one file a verb."""
