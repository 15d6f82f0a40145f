"""The pages of the settings, all of them."""

from core.web.settings.access import access
from core.web.settings.addons import addons
from core.web.settings.audit import audit
from core.web.settings.door import door
from core.web.settings.fields import fields
from core.web.settings.languages import languages
from core.web.settings.mail import mail
from core.web.settings.organisation import organisation
from core.web.settings.outbox import outbox
from core.web.settings.profile import profile
from core.web.settings.roles import roles
from core.web.settings.sequences import sequences
from core.web.settings.sessions import sessions
from core.web.settings.system import system
from core.web.settings.two_step import two_step
from core.web.settings.users import users

PEOPLE = (profile, two_step, sessions, users, roles, access, organisation, door)
PAGES = (*PEOPLE, addons, fields, languages, sequences, mail, outbox, audit, system)
