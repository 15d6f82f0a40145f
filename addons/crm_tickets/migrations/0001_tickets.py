"""Tickets, their messages and hours, answer times and working times."""

from alembic import op
from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Integer, String, Text, UniqueConstraint

from core.db.columns import Choice, Moment, Quantity
from core.db.migrate import (
    company_column,
    create_search,
    drop_search,
    drop_series,
    line_columns,
    model_columns,
    number_columns,
    search_column,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "crm_tickets_sla_policy",
        *model_columns(),
        Column("name", String, nullable=False),
        Column("priority", Choice, nullable=False),
        Column("answer_minutes", Integer, nullable=False),
        Column("solve_minutes", Integer, nullable=False),
        Column("working_time_only", Boolean, nullable=False),
        Column("active", Boolean, nullable=False),
        company_column(),
        CheckConstraint(
            "answer_minutes > 0 AND solve_minutes >= answer_minutes", name="ck_crm_tickets_sla_policy_solved_after_answered"
        ),
        UniqueConstraint("company_id", "priority", name="uq_crm_tickets_sla_policy_company_id_priority"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "crm_tickets_working_time",
        *model_columns(),
        Column("weekday", Choice, nullable=False),
        Column("opens", String(length=5), nullable=False),
        Column("closes", String(length=5), nullable=False),
        company_column(),
        CheckConstraint("opens < closes", name="ck_crm_tickets_working_time_opens_before_closes"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "crm_tickets_ticket",
        *model_columns(),
        *number_columns(),
        Column("subject", String, nullable=False),
        Column("contact_id", Integer, ForeignKey("crm_contacts_contact.id"), nullable=False, index=True),
        Column("product", String),
        Column("description", Text),
        Column("priority", Choice, nullable=False),
        Column("state", Choice, nullable=False),
        Column("channel", Choice, nullable=False),
        Column("assigned_to_id", Integer, ForeignKey("core_user.id", ondelete="SET NULL"), index=True),
        Column("team_id", Integer, ForeignKey("core_team.id", ondelete="SET NULL"), index=True),
        Column("opened_at", Moment),
        Column("answer_by", Moment),
        Column("solve_by", Moment),
        Column("answered_at", Moment),
        Column("solved_at", Moment),
        Column("closed_at", Moment),
        Column("waiting_since", Moment),
        Column("wait_until", Date),
        Column("solution", Text),
        company_column(),
        search_column(),
        UniqueConstraint("company_id", "number", name="uq_crm_tickets_ticket_company_id_number"),
        sqlite_autoincrement=True,
    )
    create_search(op, "crm_tickets_ticket")
    op.create_index("ix_crm_tickets_ticket_live", "crm_tickets_ticket", ["company_id", "state", "solve_by"])
    op.create_table(
        "crm_tickets_ticket_message",
        *line_columns(),
        Column("ticket_id", Integer, ForeignKey("crm_tickets_ticket.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("kind", Choice, nullable=False),
        Column("at", Moment, nullable=False),
        Column("author_id", Integer, ForeignKey("core_user.id", ondelete="SET NULL")),
        Column("text", Text, nullable=False),
    )
    op.create_table(
        "crm_tickets_work_log",
        *line_columns(),
        Column("ticket_id", Integer, ForeignKey("crm_tickets_ticket.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("day", Date, nullable=False),
        Column("user_id", Integer, ForeignKey("core_user.id", ondelete="SET NULL")),
        Column("hours", Quantity, nullable=False),
        Column("billable", Boolean, nullable=False),
        Column("note", String),
        CheckConstraint("hours > 0", name="ck_crm_tickets_work_log_hours_positive"),
    )


def downgrade() -> None:
    """Remove them with all they hold."""
    op.drop_table("crm_tickets_work_log")
    op.drop_table("crm_tickets_ticket_message")
    drop_search(op, "crm_tickets_ticket")
    op.drop_table("crm_tickets_ticket")
    drop_series(op, "T")
    op.drop_table("crm_tickets_working_time")
    op.drop_table("crm_tickets_sla_policy")
