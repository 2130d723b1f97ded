"""The two services of Sooner."""
