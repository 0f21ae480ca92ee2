"""A draft while it is written together: the live document, its gate, its log, and the record."""
