"""Services, and the sets that they lie in."""

from sqlalchemy import Column, Integer, Table, Text, UniqueConstraint

from claims.register.tables.columns import metadata, word

__all__ = ["service_sets", "services"]

services = Table(
    "register_services",
    metadata,
    Column("id", word(), primary_key=True),
    Column("uri", word(), nullable=False),
    Column("provider", word(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("uri"),
)

# In which sets a service lies stands in its own body, as what it derives from these (`layered_sets`).
service_sets = Table(
    "register_service_sets",
    metadata,
    Column("id", word(), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
