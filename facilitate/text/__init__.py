"""Algorithms on text: tokens, differences, collation, likeness, amendments. Pure, no I/O."""
