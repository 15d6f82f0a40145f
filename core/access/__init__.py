"""Who may do what: users and roles, policies from YAML, and the session that enforces them."""

from core.access import flush  # noqa: F401  its listeners belong to the session
from core.access.audit import AuditEntry
from core.access.guard import UserSession, reading, user_session, writing
from core.access.models import (
    ApiKey,
    LoginAttempt,
    LoginSession,
    RecordShare,
    RoleAssignment,
    RoleCustomisation,
    Team,
    TeamMember,
    User,
    UserCompany,
)
from core.access.permissions import Customisation, Permissions, compose
from core.access.policy import Grant, Policy
from core.access.proofs import PasswordReset, RecoveryCode, SecondFactor
from core.access.rules import KERNEL_RULES, RecordRule
from core.access.schema import ADMIN, EVERYONE, AddonPermissions, GrantEntry, Role, read_permissions

__all__ = [
    "ADMIN",
    "EVERYONE",
    "KERNEL_RULES",
    "AddonPermissions",
    "ApiKey",
    "AuditEntry",
    "Customisation",
    "Grant",
    "GrantEntry",
    "LoginAttempt",
    "LoginSession",
    "PasswordReset",
    "Permissions",
    "Policy",
    "RecordRule",
    "RecordShare",
    "RecoveryCode",
    "Role",
    "RoleAssignment",
    "RoleCustomisation",
    "SecondFactor",
    "Team",
    "TeamMember",
    "User",
    "UserCompany",
    "UserSession",
    "compose",
    "read_permissions",
    "reading",
    "user_session",
    "writing",
]
