"""Every row of every table, as text."""

from keys.storage import Database


def dumped(database: Database) -> dict[str, str]:
    """Table to its rows. What a driver gives as bytes is shown as such."""
    tables = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if database.dialect == "sqlite"
        else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    with database.engine.connect() as connection:
        names = [str(row[0]) for row in connection.exec_driver_sql(tables)]
        return {
            name: "\n".join(
                "\t".join(map(str, row)) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')
            )
            for name in sorted(names)
        }
