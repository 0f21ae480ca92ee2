"""Runs the steps on the connection that `facilitate.record.engines` hands over."""

from alembic import context

from facilitate.record.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
