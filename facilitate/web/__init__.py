"""Pages, sockets, identity and the wire, on Starlette."""
