"""Pages of imports."""

from flask import Blueprint

imports = Blueprint("imports", __name__, url_prefix="/imports")
