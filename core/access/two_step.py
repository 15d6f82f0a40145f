"""The second step of a login: codes of an authenticator (TOTP), each good once, and recovery codes for when it is lost."""

import hmac
import secrets
import time

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.access.models import User
from core.access.passwords import digest
from core.access.proofs import RecoveryCode, SecondFactor
from core.access.sealing import sealed, unsealed
from core.db import now, trusted
from core.errors import FieldError, Invalid
from core.i18n import _

STEP_S, AROUND = 30, 1  # a clock may be wrong by one step
CODES, ALPHABET = 10, "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that reads like another


def factor_of(session: Session, user_id: int) -> SecondFactor | None:
    """The authenticator of a user, confirmed or not."""
    return session.scalars(select(SecondFactor).where(SecondFactor.user_id == user_id)).first()


def begin(session: Session, user: User, secret_key: str) -> None:
    """A new secret, to be confirmed by a code; whoever has a second step keeps it until he removes it."""
    import pyotp

    with trusted(session):
        if user.two_step:
            raise Invalid(_("The second step is set up already"))
        session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
        made = SecondFactor(user_id=user.id, secret=sealed(secret_key, pyotp.random_base32()), last_step=0)
        made.created_at = now()
        session.add(made)
        session.flush()


def secret_of(session: Session, user_id: int, secret_key: str) -> str | None:
    """The secret that waits for its first code; None if there is none, or if it is in use and shown no more."""
    with trusted(session):
        waiting = select(SecondFactor.secret).where(SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_(None))
        kept = session.scalars(waiting).first()
    return unsealed(secret_key, kept) if kept else None


def address_of(secret: str, login: str, issuer: str) -> str:
    """What the QR picture says to an authenticator."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def confirm(session: Session, user: User, code: str, secret_key: str) -> list[str]:
    """Switch the second step on if the code is right; answers the recovery codes, which are shown this once."""
    with trusted(session):
        if not _take_step(session, user.id, code, secret_key):
            wrong = _("This code is not right. Codes change every 30 seconds; is the clock of your phone right?")
            raise Invalid(wrong, [FieldError("code", wrong)])
        session.execute(update(SecondFactor).where(SecondFactor.user_id == user.id).values(confirmed_at=now()))
        user.two_step = True
        session.flush()
    return new_recovery_codes(session, user.id)


def is_proof(session: Session, user_id: int, code: str, secret_key: str) -> bool:
    """Whether a code of the authenticator or a recovery code is right; it is used up, in this transaction."""
    with trusted(session):
        plain = "".join(code.split())
        if plain.isdigit() and len(plain) == 6:
            return _take_step(session, user_id, plain, secret_key)
        spent = update(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
        spent = spent.where(RecoveryCode.code_hash == digest(folded(plain)))
        return bool(session.execute(spent.values(used_at=now())).rowcount)  # type: ignore[attr-defined]


def folded(code: str) -> str:
    """A recovery code as it is hashed: however one types its case and hyphens."""
    return code.replace("-", "").lower()


def _take_step(session: Session, user_id: int, code: str, secret_key: str) -> bool:
    """Whether the code is of a step around now that was not used yet; two who try it at once do not both get in."""
    import pyotp

    kept = session.execute(
        select(SecondFactor.secret, SecondFactor.last_step).where(SecondFactor.user_id == user_id)
    ).first()
    if kept is None:
        return False
    totp, here = pyotp.TOTP(unsealed(secret_key, kept.secret)), int(time.time()) // STEP_S
    plain = "".join(code.split())
    right = [s for s in range(here - AROUND, here + AROUND + 1) if hmac.compare_digest(totp.generate_otp(s), plain)]
    if not right:
        return False
    step = update(SecondFactor).where(SecondFactor.user_id == user_id, SecondFactor.last_step < right[-1])
    return bool(session.execute(step.values(last_step=right[-1])).rowcount)  # type: ignore[attr-defined]


def new_recovery_codes(session: Session, user_id: int) -> list[str]:
    """Ten new codes in place of those before; only their hashes are kept."""
    made = ["-".join("".join(secrets.choice(ALPHABET) for _n in range(4)) for _part in range(4)) for _code in range(CODES)]
    with trusted(session):
        session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
        session.add_all(RecoveryCode(user_id=user_id, code_hash=digest(folded(code))) for code in made)
        session.flush()
    return made


def codes_left(session: Session, user_id: int) -> int:
    """How many recovery codes were not used yet."""
    with trusted(session):
        unused = select(func.count(RecoveryCode.id)).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
        return session.scalar(unused) or 0


def switch_off(session: Session, user: User) -> None:
    """No second step any more; its secret and codes are gone."""
    with trusted(session):
        session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
        session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
        user.two_step = False
        session.flush()
