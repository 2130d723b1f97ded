"""Events and messages in and out of the database."""
