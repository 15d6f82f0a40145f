"""What an installation is told from outside: the environment first, then `tandem.toml`, then defaults."""

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Settings:
    """Where an installation lives. `home` holds the embedded database, attachments and the secret key."""

    home: Path
    database_url: str
    addons_path: tuple[Path, ...] = ()
    secret_key: str = ""
    admin_password: str = ""
    secure_cookies: bool = False
    proxies: int = 0
    attachment_mb: int = 25

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None, file: Path | None = None) -> "Settings":
        """The settings of this process; makes the home folder and, once, its secret key."""
        told = os.environ if environment is None else environment
        written = _read_toml(file or Path(told.get("TANDEM_CONFIG", "tandem.toml")))

        def setting(name: str, default: str = "") -> str:
            return told.get(f"TANDEM_{name.upper()}") or str(written.get(name, default))

        home = Path(setting("home", "var")).absolute()
        home.mkdir(parents=True, exist_ok=True)
        return cls(
            home=home,
            database_url=setting("database_url") or f"sqlite:///{home / 'tandem.db'}",
            addons_path=folders_of(setting("addons_path")),
            secret_key=setting("secret_key") or _kept_secret(home / "secret_key"),
            admin_password=setting("admin_password"),
            secure_cookies=setting("secure_cookies") in ("1", "true", "True"),
            proxies=int(setting("proxies", "0")),
            attachment_mb=int(setting("attachment_mb", "25")),
        )


def folders_of(path: str) -> tuple[Path, ...]:
    """The folders that `TANDEM_ADDONS_PATH` names, parted as PATH is."""
    return tuple(Path(part).absolute() for part in path.split(os.pathsep) if part)


def _read_toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text()) if path.is_file() else {}


def _kept_secret(path: Path) -> str:
    """The key that signs cookies: made on the first start, the same for every worker, readable by the owner alone."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        secret = secrets.token_urlsafe(48)
        file.write(secret)
    return secret
