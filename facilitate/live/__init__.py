"""The forum while it sits: turns, what listeners are told, and who is here."""
