"""The form that raises a concern: its questions, its drafts and its pages."""
