"""Events, who takes part, tasks, and the addresses of feeds."""

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
)

from core.db.columns import Choice, Document, Moment
from core.db.migrate import company_column, model_columns, origin_columns

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "crm_agenda_calendar_feed",
        *model_columns(),
        Column("label_text", String, nullable=False),
        Column("owner_id", Integer, ForeignKey("core_user.id", ondelete="CASCADE"), index=True),
        Column("token", String, nullable=False),
        Column("stopped", Boolean, nullable=False),
        Column("last_read_at", Moment),
        company_column(),
        UniqueConstraint("token", name="uq_crm_agenda_calendar_feed_token"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "crm_agenda_event",
        *model_columns(),
        Column("subject", String, nullable=False),
        Column("subject_folded", Text, nullable=False),
        Column("type", Choice, nullable=False),
        Column("state", Choice, nullable=False),
        Column("contact_id", Integer, ForeignKey("crm_contacts_contact.id"), index=True),
        Column("starts_at", Moment, nullable=False),
        Column("ends_at", Moment),
        Column("all_day", Boolean, nullable=False),
        Column("zone", String),
        Column("repeats_every", Choice, nullable=False),
        Column("rrule", String),
        Column("rdates", Document, nullable=False),
        Column("exdates", Document, nullable=False),
        Column("last_end_at", Moment),
        Column("series_id", Integer, ForeignKey("crm_agenda_event.id", ondelete="CASCADE"), index=True),
        Column("recurrence_at", Moment),
        Column("assigned_to_id", Integer, ForeignKey("core_user.id", ondelete="SET NULL"), index=True),
        Column("reminders", Document, nullable=False),
        Column("location", String),
        Column("notes", Text),
        Column("outcome", String),
        Column("uid", String, nullable=False),
        Column("key", String, nullable=False),
        Column("revision", Integer, nullable=False),
        company_column(),
        CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="ck_crm_agenda_event_ends_after_it_begins"),
        UniqueConstraint("company_id", "key", name="uq_crm_agenda_event_company_id_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_agenda_event_when", "crm_agenda_event", ["company_id", "last_end_at"])
    op.create_table(
        "crm_agenda_task",
        *model_columns(),
        Column("subject", String, nullable=False),
        Column("subject_folded", Text, nullable=False),
        Column("due", Date),
        Column("contact_id", Integer, ForeignKey("crm_contacts_contact.id"), index=True),
        Column("assigned_to_id", Integer, ForeignKey("core_user.id", ondelete="SET NULL"), index=True),
        Column("priority", Choice, nullable=False),
        Column("state", Choice, nullable=False),
        Column("done_at", Moment),
        Column("notes", Text),
        Column("uid", String, nullable=False),
        Column("key", String),
        company_column(),
        *origin_columns(),
        UniqueConstraint("company_id", "key", name="uq_crm_agenda_task_company_id_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_agenda_task_due", "crm_agenda_task", ["company_id", "state", "due"])
    op.create_table(
        "crm_agenda_event_user",
        Column("event_id", Integer, ForeignKey("crm_agenda_event.id", ondelete="CASCADE"), nullable=False),
        Column("user_id", Integer, ForeignKey("core_user.id", ondelete="CASCADE"), nullable=False, index=True),
        PrimaryKeyConstraint("event_id", "user_id"),
    )


def downgrade() -> None:
    """Remove them with all they hold."""
    op.drop_table("crm_agenda_event_user")
    op.drop_table("crm_agenda_task")
    op.drop_table("crm_agenda_event")
    op.drop_table("crm_agenda_calendar_feed")
