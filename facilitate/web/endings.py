"""The codes a line ends with; a stream ends with the same.

1008, 1011 and 1013 are registered (policy violation, internal error, try again later); 44xx are
ours and tell a client not to retry.
"""

DROPPED = 1006  # RFC 6455, 7.1.5: the line ended without a word
NOT_UTF8 = 1007
TOO_FAST = FOREIGN = 1008
FAULT = NOT_HEARD = 1011
SERVER_STOPS = 1012
TRY_LATER = 1013
GARBLED = 4400
NOT_SIGNED_IN = 4401
BEGIN_ANEW = 4403
NO_SUCH_PLACE = 4404
OLD_DRAFT = 4409  # of a layout, or a database, that is not there any more
REFUSED = 4422  # an update that cannot be taken: what the client holds is another draft now
