"""What is an address that mail could go to; nobody is asked whether it does."""

from email_validator import EmailNotValidError, validate_email


def mail_address(text: str | None) -> str | None:
    """The address as it is written properly; None for what is none, such as two addresses or one with a line break."""
    try:
        return validate_email((text or "").strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        return None
