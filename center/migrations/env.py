"""A connection of the caller's in, the steps it lacks applied to it: what Alembic runs."""

from alembic import context

from center.migrating import options

connection = context.config.attributes["connection"]
context.configure(connection=connection, **options())
with context.begin_transaction():
    context.run_migrations()
