"""A report as Word, Excel and HTML; each knows its content only."""
