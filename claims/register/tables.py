"""The rows of the register. They hold columns and no rules.

Four kinds of table. *Facts*: one row per record, with the record itself as JSON in `body`; what is asked of
a record in SQL stands beside it in columns. *Finders* (candidates, bridges, clients): derived from the facts,
they only find paths; the pure judge decides on facts fetched by id, so that a stale row of theirs can hide a
right and never give one. *Account*: versions (and the former
parties that lead to them), journal and uses, only added to. Apart from these stands how fresh the answers of source
registers are.
parties that lead to them), journal and uses, only added to. *Notes*: what an organisation keeps of its clients, on which
no right hangs. *Telling*: notices, and where people want them.

Names that are compared or sorted collate by code point on both databases (R18), which is SQLite's own way
and collation "C" on PostgreSQL.
"""

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.types import TypeEngine

__all__ = ["GUARDS", "SEARCHED", "metadata"]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _word() -> TypeEngine[str]:
    """An id, a word or a folded name: compared by code point."""
    return Text().with_variant(Text(collation="C"), "postgresql")


def _number() -> TypeEngine[int]:
    """A counter that the database gives out (SQLite does so for INTEGER alone)."""
    return BigInteger().with_variant(Integer(), "sqlite")


parties = Table(
    "register_parties",
    metadata,
    Column("id", _word(), primary_key=True),
    Column("kind", _word(), nullable=False),
    Column("name", _word(), nullable=False),  # folded, for order (R18)
    Column("search", _word(), nullable=False),  # name, trade names and place as searched (R18)
    Column("restricted", Integer, nullable=False),  # 1: it has restrictions, of whatever period
    Column("blocking", Integer, nullable=False),  # 1: it has blocks, of whatever period
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),  # without identifiers
    Column("born", _word()),  # ISO 8601, for who looks for a person by day of birth and address
    Index(None, "born"),
)

identifiers = Table(
    "register_identifiers",
    metadata,
    Column("digest", _word(), primary_key=True),
    Column("party", _word(), nullable=False),
    Column("scheme", _word(), nullable=False),
    Column("value", _word()),  # null where it is personal
    Column("sealed", Text),  # null where it is public
    Index(None, "party", "scheme", unique=True),
)

# What opens the sealed numbers of a party, wherever they stand; itself sealed under the operator's secret.
party_keys = Table(
    "register_party_keys",
    metadata,
    Column("party", _word(), primary_key=True),
    Column("wrapped", Text, nullable=False),
    sqlite_with_rowid=False,
)

services = Table(
    "register_services",
    metadata,
    Column("id", _word(), primary_key=True),
    Column("uri", _word(), nullable=False),
    Column("provider", _word(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("uri"),
)

# In which sets a service lies stands in its own body, as what it derives from these (`layered_sets`).
service_sets = Table(
    "register_service_sets",
    metadata,
    Column("id", _word(), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
)

# Mandates and legal relations: they share one id space.
links = Table(
    "register_links",
    metadata,
    Column("id", _word(), primary_key=True),
    Column("kind", _word(), nullable=False),  # "mandate", or the legal basis
    Column("represented", _word(), nullable=False),
    Column("representative", _word(), nullable=False),
    Column("name", _word(), nullable=False),  # of the represented party, folded
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("ends", BigInteger),  # the earlier of its end and its revocation; null where it has neither
    Index(None, "represented", "representative", "id"),
    Index(None, "representative", "name", "represented", "id"),
    Index(None, "kind", "representative"),
    # which of a hundred thousand mandates end in a month
    Index(
        "ix_register_links_given_ends",
        "represented",
        "ends",
        "id",
        sqlite_where=text("kind = 'mandate'"),
        postgresql_where=text("kind = 'mandate'"),
    ),
    Index(
        "ix_register_links_received_ends",
        "representative",
        "ends",
        "id",
        sqlite_where=text("kind = 'mandate'"),
        postgresql_where=text("kind = 'mandate'"),
    ),
    # who binds a party is asked of parties that gave a hundred thousand mandates too
    Index(
        "ix_register_links_relations",
        "represented",
        sqlite_where=text("kind <> 'mandate'"),
        postgresql_where=text("kind <> 'mandate'"),
    ),
)

restrictions = Table(
    "register_restrictions",
    metadata,
    Column("id", _word(), primary_key=True),
    Column("party", _word(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "party"),
)

groups = Table(
    "register_groups",
    metadata,
    Column("id", _word(), primary_key=True),
    Column("organisation", _word(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),  # its clients stand in register_clients
    Index(None, "organisation"),
)

appointments = Table(
    "register_appointments",
    metadata,
    Column("id", _word(), primary_key=True),
    Column("organisation", _word(), nullable=False),
    Column("person", _word(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "organisation"),
    Index(None, "person"),
)

blocks = Table(
    "register_blocks",
    metadata,
    Column("id", _word(), primary_key=True),  # what identifies it, as one text: it has no id of its own
    Column("organisation", _word(), nullable=False),
    Column("person", _word(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "organisation", "person"),
)

# Who helps people at an organisation's desk.
desk_appointments = Table(
    "register_desk_appointments",
    metadata,
    Column("id", _word(), primary_key=True),
    Column("organisation", _word(), nullable=False),
    Column("person", _word(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "organisation"),
    Index(None, "person"),
)

# Visits to a desk, each a link too: one person of a desk helps one person at a time.
visits = Table(
    "register_visits",
    metadata,
    Column("id", _word(), primary_key=True),  # of the link
    Column("clerk", _word(), nullable=False),
    Column("desk", _word(), nullable=False),  # the organisation
    Column("represented", _word(), nullable=False),
    Column("service", _word(), nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("open", Integer, nullable=False),  # 1 until somebody ends it; it ends by itself before that
    CheckConstraint("ends_at - opened_at <= 1800", name="ck_register_visits_half_an_hour"),
    Index(
        "ix_register_visits_one_at_a_time",
        "clerk",
        unique=True,
        sqlite_where=text("open = 1"),
        postgresql_where=text("open = 1"),
    ),
)

# Mandates that were signed on paper, and recorded at a desk: one of its people records, and another confirms.
papers = Table(
    "register_papers",
    metadata,
    Column("offer", _word(), primary_key=True),
    Column("desk", _word(), nullable=False),  # the organisation
    Column("recorded_by", _word(), nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("digest", _word(), nullable=False),  # SHA-256 of the document, hexadecimal
    Column("checked", _word(), nullable=False),  # how it was seen who gave it
    Column("confirmed_by", _word()),
    Column("confirmed_at", BigInteger),
    CheckConstraint("confirmed_by <> recorded_by", name="ck_register_papers_two_people"),
    Index(
        "ix_register_papers_waiting",
        "desk",
        "recorded_at",
        sqlite_where=text("confirmed_by IS NULL"),
        postgresql_where=text("confirmed_by IS NULL"),
    ),
)

# Mandates that are not given yet: no path ever sees one.
offers = Table(
    "register_offers",
    metadata,
    Column("id", _word(), primary_key=True),
    Column("represented", _word(), nullable=False),
    Column("representative", _word()),  # null until it is known
    Column("state", _word(), nullable=False),
    Column("lapses_at", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "represented", "id"),
    Index(None, "representative", "id"),
    Index(
        "ix_register_offers_given_lapse",
        "represented",
        "lapses_at",
        "id",
        sqlite_where=text("state IN ('requested', 'offered')"),
        postgresql_where=text("state IN ('requested', 'offered')"),
    ),
    Index(
        "ix_register_offers_received_lapse",
        "representative",
        "lapses_at",
        "id",
        sqlite_where=text("state IN ('requested', 'offered')"),
        postgresql_where=text("state IN ('requested', 'offered')"),
    ),
)

# What takes up an offer: a keyed digest of the code, one for an offer; a new code takes the place of the old.
activation_codes = Table(
    "register_activation_codes",
    metadata,
    Column("offer", _word(), primary_key=True),
    Column("digest", _word(), nullable=False),
    Column("lapses_at", BigInteger, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("used_at", BigInteger),
    UniqueConstraint("digest"),
)

# Links that may be m1 of a path: one row per scope and per interval in which the link is in force. What is searched in
# comes first: PostgreSQL reads a row from its beginning, and a search reads very many to drop them.
candidates = Table(
    "register_candidates",
    metadata,
    Column("search", _word(), nullable=False),
    Column("starts", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("assurance", Integer, nullable=False),
    Column("kind", _word(), nullable=False),  # of the represented party
    Column("representative", _word(), nullable=False),
    Column("scope", _word(), nullable=False),  # s:<service>, p:<provider>, t:<set> or *
    Column("name", _word(), nullable=False),  # of the represented party, folded
    Column("represented", _word(), nullable=False),
    Column("link", _word(), nullable=False),
    PrimaryKeyConstraint("representative", "scope", "name", "represented", "link", "starts"),
    Index(None, "link"),
    sqlite_with_rowid=False,
)

# Links that may follow m1: they serve clients, or bind alone; one row per interval.
bridges = Table(
    "register_bridges",
    metadata,
    Column("representative", _word(), nullable=False),
    Column("represented", _word(), nullable=False),
    Column("link", _word(), nullable=False),
    Column("starts", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("assurance", Integer, nullable=False),
    Column("to_organisation", Integer, nullable=False),  # 1: the representative is an organisation
    Column("holds", Integer, nullable=False),  # 1: links lead to the represented party, or once did
    PrimaryKeyConstraint("representative", "holds", "represented", "link", "starts"),
    Index(None, "represented", "holds", "to_organisation", "representative"),
    Index(None, "link"),
    sqlite_with_rowid=False,
)

# Whom a group holds (list is "g:" and the group's id) and whom a mandate lists as clients ("m:" and its id).
clients = Table(
    "register_clients",
    metadata,
    Column("list", _word(), nullable=False),
    Column("name", _word(), nullable=False),
    Column("party", _word(), nullable=False),
    Column("search", _word(), nullable=False),
    PrimaryKeyConstraint("list", "name", "party"),
    Index(None, "party", "list"),
    sqlite_with_rowid=False,
)

# Every content that a record ever had, the present one included.
versions = Table(
    "register_versions",
    metadata,
    Column("kind", _word(), nullable=False),
    Column("id", _word(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("kind", "id", "version"),
    sqlite_with_rowid=False,
)

# Parties that an earlier version named, where the present one names another: by them that version is found. The member
# is "represented" or "representative" of a link, or "party" of a restriction.
former_parties = Table(
    "register_former_parties",
    metadata,
    Column("member", _word(), nullable=False),
    Column("party", _word(), nullable=False),
    Column("id", _word(), nullable=False),
    PrimaryKeyConstraint("member", "party", "id"),
    sqlite_with_rowid=False,
)

journal = Table(
    "register_journal",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),  # from 1, without gaps
    Column("at", BigInteger, nullable=False),
    Column("event", _word(), nullable=False),
    Column("kind", _word()),  # of the record that changed
    Column("record", _word()),
    Column("version", Integer),
    Column("person", _word()),  # who: the acting person, null for a command of the operator
    Column("on_behalf_of", _word()),
    Column("authority", _word(), nullable=False),
    Column("assurance", Integer),
    Column("authenticator", _word()),
    Column("reason", Text),
    Column("salt", _word()),  # null once the reason and what the version said were erased
    Column("content", _word(), nullable=False),  # salted digest of the reason and of what the version says
    Column("hash", _word(), nullable=False),  # over the hash before it, and all the rest but reason and salt
    Index(None, "kind", "record", "seq"),
)

# Where the account ends: one row, whose lock whoever adds an entry holds. `proof` is a keyed digest of the rest.
journal_end = Table(
    "register_journal_end",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", _word(), nullable=False),
    Column("proof", _word()),
    CheckConstraint("one = 1", name="ck_register_journal_end_one"),
)

# Hashes of the account, signed by the register.
journal_heads = Table(
    "register_journal_heads",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("signed", Text, nullable=False),  # a compact JWS
)

uses = Table(
    "register_uses",
    metadata,
    Column("seq", _number(), primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("represented", _word(), nullable=False),
    Column("acting", _word(), nullable=False),
    Column("through", _word()),
    Column("service", _word(), nullable=False),
    Column("client", _word(), nullable=False),
    Column("path", Text, nullable=False),  # link ids, JSON
    Column("actions", Text, nullable=False),  # JSON
    Column("batch", BigInteger),  # in which it was chained to the journal; null for a minute or so
    # What a service reports that was done after a login: null in the lines of logins.
    Column("done", Text),
    Column("reference", Text),
    Column("told_by", _word()),  # the resource
    Column("txn", _word()),  # the grant of whose tokens it was done
    Column("report", _word()),  # the resource's own name for it
    Index(None, "represented", "seq"),
    Index(None, "batch", "seq"),
    Index(
        "ix_register_uses_told",
        "told_by",
        "txn",
        "report",
        unique=True,
        sqlite_where=text("told_by IS NOT NULL"),
        postgresql_where=text("told_by IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

# How it goes with the parties that source registers tell of, a row for each register and party; the party is empty in
# the row of the register as a whole. It tells how old an answer is: no record changes where nothing is told anew.
source_answers = Table(
    "register_source_answers",
    metadata,
    Column("register", _word(), nullable=False),  # as records name it as their source
    Column("party", _word(), nullable=False),
    Column("serial", BigInteger, nullable=False),  # answers that were landed: of two at once, one counts
    Column("fetched_at", BigInteger),  # when the last one was asked for
    Column("failed_since", BigInteger),  # null where the last try succeeded
    Column("outcome", _word(), nullable=False),  # of the last try
    Column("closed_at", BigInteger),  # when what it told was closed, since it answers no more
    Column("due_at", BigInteger, nullable=False),  # when it is asked again
    PrimaryKeyConstraint("register", "party"),
    Index(None, "register", "due_at"),
    Index(None, "party"),
    sqlite_with_rowid=False,
)

# What people are still to be told, and when it was said. It holds ids alone; where and what is addressed apart (a code for
# a mail address) is sealed, and erased once it was sent.
notices = Table(
    "register_notices",
    metadata,
    Column("id", _word(), primary_key=True),  # of what happens once only, made of what it is
    Column("at", BigInteger, nullable=False),
    Column("recipient", _word(), nullable=False),
    Column(
        "subject", _word(), nullable=False
    ),  # the party on whose side the recipient is told, mostly the recipient
    Column("mandate", _word()),  # about which it is; or an appointment, or a block
    Column("change", _word(), nullable=False),
    Column("beside", _word()),  # the person without whom this recipient is not told
    Column("sealed", Text),
    Column("due_at", BigInteger),  # null: not to be sent now; while somebody sends it, when another may
    Column("holder", _word()),  # who sends it
    Column("tries", Integer, nullable=False),
    Column("settled_at", BigInteger),
    Column("outcome", _word()),
    Index(None, "due_at"),
    Index(None, "recipient", "settled_at"),
    Index(None, "mandate"),
)

# Letters that helpers asked for, for who cannot log in: each counts for its helper, whether there was anybody to write to
# or not. What was asked is sealed under the key of the helper until it was looked at, and wiped then.
letters = Table(
    "register_letters",
    metadata,
    Column("id", _word(), primary_key=True),
    Column("helper", _word(), nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("sealed", Text),
    Column("looked_at", BigInteger),
    Column("represented", _word()),  # to whom a letter went; null where none did
    Column("offer", _word()),
    Index(None, "helper", "asked_at"),
    Index(None, "represented", "asked_at"),
    Index(
        "ix_register_letters_waiting",
        "asked_at",
        sqlite_where=text("looked_at IS NULL"),
        postgresql_where=text("looked_at IS NULL"),
    ),
)

# Mandates by which somebody logged in.
first_uses = Table(
    "register_first_uses",
    metadata,
    Column("mandate", _word(), primary_key=True),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# With which means an organisation's own people acted on its behalf, and first and last when. Nothing of what else they
# use them for.
means_used = Table(
    "register_means_used",
    metadata,
    Column("organisation", _word(), nullable=False),
    Column("person", _word(), nullable=False),
    Column("authenticator", _word(), nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("organisation", "person", "authenticator"),
    Index(None, "person"),
    Index(None, "last_at"),
    sqlite_with_rowid=False,
)

# Where somebody wants to be told, sealed under their own key. `wanted` is not theirs until they sent its code back.
addresses = Table(
    "register_addresses",
    metadata,
    Column("party", _word(), primary_key=True),
    Column("sealed", Text),
    Column("language", _word()),
    Column("confirmed_at", BigInteger),
    Column("wanted", Text),
    Column("code", _word()),  # keyed digest
    Column("code_until", BigInteger),
    Column("wrong", Integer, nullable=False),
    Column("asked_since", BigInteger, nullable=False),
    Column("asked", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# What an organisation knows its client by, in its own books: sealed under the client's key, found by a keyed digest.
client_references = Table(
    "register_client_references",
    metadata,
    Column("organisation", _word(), nullable=False),
    Column("client", _word(), nullable=False),
    Column("digest", _word(), nullable=False),
    Column("sealed", Text, nullable=False),
    PrimaryKeyConstraint("organisation", "client"),
    Index(None, "digest"),
    Index(None, "client"),
    sqlite_with_rowid=False,
)

# What the organisation that an offer goes to said of it, for when it is given: the team, and its own reference.
placings = Table(
    "register_placings",
    metadata,
    Column("offer", _word(), primary_key=True),
    Column("client", _word(), nullable=False),
    Column("team", _word()),
    Column("sealed", Text),
    Index(None, "client"),
    sqlite_with_rowid=False,
)

# Lines of lists that an organisation brought, by keyed digests: the same line does something once.
list_lines = Table(
    "register_list_lines",
    metadata,
    Column("organisation", _word(), nullable=False),
    Column("digest", _word(), nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("organisation", "digest"),
    sqlite_with_rowid=False,
)

# Mandates of organisations to look at again, since who gave them left (G13). It finds what the account tells.
reviews = Table(
    "register_reviews",
    metadata,
    Column("mandate", _word(), primary_key=True),
    Column("represented", _word(), nullable=False),
    Column("power", _word(), nullable=False),  # that ended: a relation's or an appointment's
    Column("marked_at", BigInteger, nullable=False),
    Index(None, "represented", "mandate"),
    sqlite_with_rowid=False,
)

# Powers over organisations whose end was gone through, and which end that was.
reviewed_powers = Table(
    "register_reviewed_powers",
    metadata,
    Column("power", _word(), primary_key=True),
    Column("ended_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

_REFUSAL = "register_journal is only added to"

# What makes the journal refuse changes, per database: run on create_all, and by the migration. Its reason and its salt
# can be emptied, both at once.
_KEPT = tuple(name for name in journal.columns.keys() if name not in {"reason", "salt"})  # noqa: SIM118
_ERASES = "NEW.reason IS NULL AND NEW.salt IS NULL"
GUARDS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "CREATE TRIGGER register_journal_no_update BEFORE UPDATE ON register_journal "
        f"WHEN NOT ({_ERASES} AND {' AND '.join(f'NEW.{name} IS OLD.{name}' for name in _KEPT)}) "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
        "CREATE TRIGGER register_journal_no_delete BEFORE DELETE ON register_journal "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
        # INSERT OR REPLACE deletes without telling the trigger above
        "CREATE TRIGGER register_journal_no_replace BEFORE INSERT ON register_journal "
        "WHEN EXISTS (SELECT 1 FROM register_journal WHERE seq = NEW.seq) "
        "BEGIN SELECT RAISE(ABORT, 'register_journal is only added to'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION register_journal_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
        "CREATE TRIGGER register_journal_no_change BEFORE UPDATE ON register_journal FOR EACH ROW WHEN (NOT ("
        f"{_ERASES} AND {' AND '.join(f'NEW.{name} IS NOT DISTINCT FROM OLD.{name}' for name in _KEPT)}"
        ")) EXECUTE FUNCTION register_journal_refuse()",
        "CREATE TRIGGER register_journal_no_delete BEFORE DELETE ON register_journal "
        "FOR EACH ROW EXECUTE FUNCTION register_journal_refuse()",
        "CREATE TRIGGER register_journal_no_truncate BEFORE TRUNCATE ON register_journal "
        "FOR EACH STATEMENT EXECUTE FUNCTION register_journal_refuse()",
    ),
}

# A search passes over all that a party may act for. On SQLite those rows lie together; on PostgreSQL this index leads
# to them in the order in which they lie. It is on an expression so that no other look-up can be planned by it.
SEARCHED: dict[str, tuple[str, ...]] = {
    "sqlite": (),
    "postgresql": (
        "CREATE INDEX ix_register_candidates_searched ON register_candidates ((representative || ''))",
    ),
}

for _table, _of_table in ((journal, GUARDS), (candidates, SEARCHED)):
    for _dialect, _statements in _of_table.items():
        for _statement in _statements:
            _besides = DDL(_statement).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]
            event.listen(_table, "after_create", _besides)
