"""How Alembic runs a migration: on the connection that it is given, within its transaction. There is no way back."""

from alembic import context
from alembic.runtime.migration import MigrationInfo
from alembic.util import CommandError

from authz_server.migrations import is_compared, metadatas


def _only_forward(ctx: object, step: MigrationInfo, heads: object, run_args: object) -> None:
    """What a later version wrote an older one cannot read, and to drop it is to lose it: restore a backup instead."""
    if not step.is_upgrade:
        raise CommandError("a database does not go back to an earlier revision")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadatas(),
    transactional_ddl=True,  # ours begins transactions itself, on SQLite too
    compare_type=True,
    include_object=is_compared,
    on_version_apply=_only_forward,
)
context.run_migrations()
