"""How Alembic runs a migration: on the connection that it is given, within its transaction."""

from alembic import context

from authz_server.migrations import is_compared, metadatas

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadatas(),
    transactional_ddl=True,  # ours begins transactions itself, on SQLite too
    compare_type=True,
    include_object=is_compared,
)
context.run_migrations()
