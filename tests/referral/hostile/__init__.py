"""What somebody would send who wishes us ill, and the right answer to each."""
