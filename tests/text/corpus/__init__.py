"""Drafts in the manner of a forum, each case with the text a good secretary would make of them."""
