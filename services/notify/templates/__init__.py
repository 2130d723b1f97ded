"""The words of messages, in text files, and the pages that show caught mail."""
