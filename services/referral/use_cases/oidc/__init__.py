"""Sign in with another organisation's sign-in service, by OpenID Connect."""
