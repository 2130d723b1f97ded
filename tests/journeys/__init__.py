"""Whole stories, told over HTTP and in a browser to the real processes."""
