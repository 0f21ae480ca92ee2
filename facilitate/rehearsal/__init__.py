"""A forum that can be tried out: its plan, its people and all that they say, invented."""
