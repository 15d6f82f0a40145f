"""Contacts, their tags, times and shares, and what passed with them."""

from alembic import op
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    text,
)

from core.db.columns import Choice, Document, Moment, Money
from core.db.migrate import company_column, create_search, drop_search, line_columns, model_columns, search_column

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "crm_contacts_tag",
        *model_columns(),
        Column("name", String, nullable=False),
        Column("name_folded", Text, nullable=False, index=True),
        Column("color", Choice, nullable=False),
        Column("active", Boolean, nullable=False),
        UniqueConstraint("name", name="uq_crm_contacts_tag_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "crm_contacts_contact",
        *model_columns(),
        Column("name", String, nullable=False),
        Column("name_folded", Text, nullable=False, index=True),
        Column("kind", Choice, nullable=False),
        Column("company_id", Integer, ForeignKey("crm_contacts_contact.id")),
        Column("job_title", String),
        Column("email", String),
        Column("phone", String),
        Column("mobile", String),
        Column("website", String),
        Column("street", String),
        Column("city", String),
        Column("state", String),
        Column("postcode", String),
        Column("country", Choice),
        Column("tax_id", String),
        Column("language", Choice),
        Column("birthday", Date),
        Column("source", String),
        Column("notes", Text),
        Column("customer", Boolean, nullable=False),
        Column("supplier", Boolean, nullable=False),
        Column("role", Choice, nullable=False, index=True),
        Column("assigned_to_id", Integer, ForeignKey("core_user.id", ondelete="SET NULL"), index=True),
        Column("last_contact_at", Moment, index=True),
        Column("merged_into_id", Integer, ForeignKey("crm_contacts_contact.id")),
        Column("email_key", Text),
        Column("phone_key", Text),
        Column("mobile_key", Text),
        Column("tax_key", Text),
        Column("active", Boolean, nullable=False),
        search_column(),
        CheckConstraint("company_id IS NULL OR company_id <> id", name="ck_crm_contacts_contact_not_its_own_company"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_contacts_contact_country", "crm_contacts_contact", ["active", "country"])
    for column in ("company_id", "merged_into_id", "email_key", "phone_key", "mobile_key", "tax_key"):
        filled = text(f"{column} IS NOT NULL")
        options = {"postgresql_where": filled, "sqlite_where": filled}
        op.create_index(f"ix_crm_contacts_contact_{column}", "crm_contacts_contact", [column], **options)
    create_search(op, "crm_contacts_contact")
    op.create_table(
        "crm_contacts_contact_merge",
        *model_columns(),
        Column("kept_id", Integer, ForeignKey("crm_contacts_contact.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("gone_id", Integer, ForeignKey("crm_contacts_contact.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("moved", Document, nullable=False),
        Column("filled", Document, nullable=False),
        Column("undone", Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "crm_contacts_contact_share",
        *line_columns(),
        Column("contact_id", Integer, ForeignKey("crm_contacts_contact.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("user_id", Integer, ForeignKey("core_user.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("until", Date),
        Column("reason", String),
    )
    op.create_table(
        "crm_contacts_contact_tag",
        Column("contact_id", Integer, ForeignKey("crm_contacts_contact.id", ondelete="CASCADE"), nullable=False),
        Column("tag_id", Integer, ForeignKey("crm_contacts_tag.id", ondelete="CASCADE"), nullable=False, index=True),
        PrimaryKeyConstraint("contact_id", "tag_id"),
    )
    op.create_table(
        "crm_contacts_contact_window",
        *line_columns(),
        Column("contact_id", Integer, ForeignKey("crm_contacts_contact.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("kind", Choice, nullable=False),
        Column("weekday", Choice, nullable=False),
        Column("opens", String(length=5), nullable=False),
        Column("closes", String(length=5), nullable=False),
        Column("note", String),
        CheckConstraint("opens < closes", name="ck_crm_contacts_contact_window_opens_before_closes"),
    )
    op.create_table(
        "crm_contacts_timeline_entry",
        *model_columns(),
        Column("contact_id", Integer, ForeignKey("crm_contacts_contact.id", ondelete="CASCADE"), nullable=False),
        Column("at", Moment, nullable=False),
        Column("kind", Choice, nullable=False),
        Column("icon", String, nullable=False),
        Column("text", String, nullable=False),
        Column("parameters", Document, nullable=False),
        Column("summary", String, nullable=False),
        Column("model", String),
        Column("record_id", Integer),
        Column("amount", Money),
        Column("currency", String(length=3)),
        Column("key", String, nullable=False),
        company_column(),
        UniqueConstraint("company_id", "key", name="uq_crm_contacts_timeline_entry_company_id_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_contacts_timeline_entry_history", "crm_contacts_timeline_entry", ["contact_id", "at"])


def downgrade() -> None:
    """Remove them with all they hold."""
    op.drop_table("crm_contacts_timeline_entry")
    op.drop_table("crm_contacts_contact_window")
    op.drop_table("crm_contacts_contact_tag")
    op.drop_table("crm_contacts_contact_share")
    op.drop_table("crm_contacts_contact_merge")
    drop_search(op, "crm_contacts_contact")
    op.drop_table("crm_contacts_contact")
    op.drop_table("crm_contacts_tag")
