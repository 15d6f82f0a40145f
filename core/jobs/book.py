"""What the enabled addons can be asked to do, and sessions with the rights of whoever asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.access.guard import UserSession
from core.access.models import User
from core.db import Company, SystemSession
from core.jobs.job import Job, jobs_known
from core.signals import Hearing, Switchboard


@dataclass
class AddonBook:
    """The receivers and jobs of one composition."""

    hearings: dict[str, Hearing]
    jobs: dict[str, Job]
    switchboard: Switchboard


def book_of(composition: Any) -> AddonBook:
    """What this composition's addons hear after a commit, and the jobs that they and the kernel know."""
    board: Switchboard = composition.switchboard
    names = {"core", *composition.names}
    jobs = {name: job for name, job in jobs_known().items() if job.addon in names}
    return AddonBook({h.name: h for h in board.hearings if h.after_commit}, jobs, board)


def opener(kernel: Any, composition: Any, via: str = "job") -> Callable[..., Session]:
    """A function `(user_id, company_id, writes)` that opens a session with the rights which that user has now."""

    def open_session(user_id: int | None, company_id: int | None, writes: bool) -> Session:
        info: dict[str, Any] = {
            "via": via,
            "switchboard": composition.switchboard,
            "composition": composition,
            "company_id": company_id,
            "secret_key": kernel.settings.secret_key,
        }
        with kernel.database.read() as session:
            company = session.get(Company, company_id) if company_id else None
            user = session.get(User, user_id) if user_id else None
            roles = [assignment.role for assignment in user.roles] if user else []
        if company is not None:
            info["zone"] = company.zone
        if user is None:
            opened: Session = kernel.database.open(SystemSession, writes=writes, **info)
            return opened
        info |= {"user_id": user_id, "language": user.language, "policy": composition.permissions.policy(roles)}
        opened = kernel.database.open(UserSession, writes=writes, **info)
        return opened

    return open_session
