"""The report of a forum, and its renderings: pure, from values to bytes."""
