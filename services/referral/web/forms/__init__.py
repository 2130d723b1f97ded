"""Questions as tables: what is asked, what counts as an answer, what to say when it is none."""
