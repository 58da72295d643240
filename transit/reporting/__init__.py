"""The reply to a question: one value, written as Word, Excel, HTML and pictures."""
