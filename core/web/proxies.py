"""Reverse proxies: who really asks, and whether he asks by https, is in what they write into the request."""

from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix


def behind(application: Any, proxies: int) -> Any:
    """The application as so many proxies stand before it; with none, what a client says of itself is not believed.

    Without it the proxy itself would seem to ask: near, so that everybody sees figures and health, and all users together
    would be slowed down for one who guesses passwords.
    """
    return ProxyFix(application, x_for=proxies, x_proto=proxies, x_host=proxies) if proxies else application
