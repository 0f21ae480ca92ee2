"""Why a command did not happen, in words that can be translated.

Refused
* Malformed       not a command at all
* NotEntitled     the person lacks the role
* OutOfOrder      the role is right, the moment is wrong
* Unknown         the thing named does not exist
* Stale           it has changed since the asker looked
* Empty, TooLong  the words do not fit
* AlreadyTaken    the id is in use for something else
"""


def N_(sentence: str) -> str:
    """Mark a sentence for the translators; it is translated where the person is known."""
    return sentence


class Refused(Exception):
    """A command was understood and turned down; ``code`` is stable, ``str()`` is for people.

    ``sentence`` is English with ``%(name)s`` places and ``values`` are what stands in them, so
    that it can be said in the asker's language.
    """

    code = "refused"
    sentence = N_("That was not possible.")

    def __init__(self, sentence: str | None = None, /, **values: object) -> None:
        self.sentence = sentence or type(self).sentence
        self.values = values
        super().__init__(self.sentence % values)


class Malformed(Refused):
    code = "malformed"
    sentence = N_("The request could not be understood. Nothing was changed.")


class NotEntitled(Refused):
    code = "not-entitled"
    sentence = N_("Your part in this forum does not include that.")


class OutOfOrder(Refused):
    code = "out-of-order"
    sentence = N_("That is not in order at this moment.")


class Unknown(Refused):
    code = "unknown"
    sentence = N_("What you asked about is not there (any more).")


class Stale(Refused):
    code = "stale"
    sentence = N_("This text has changed since you opened it. Nothing was changed; please compare.")


class Empty(Refused):
    code = "empty"
    sentence = N_("There are no words yet. Write a few, then send again.")


class TooLong(Refused):
    code = "too-long"
    sentence = N_("This has %(length)s characters; %(limit)s is the most. Please shorten it.")


class AlreadyTaken(Refused):
    code = "already-taken"
    sentence = N_("Something else bears this name already. Please try once more.")
