"""A shop's own files: read row by row into drafts, each row that cannot be read named with its line and reason."""
