"""A contact together with the people who work there: what a company is offered, owes or asks is asked of all of them."""

from sqlalchemy import BindParameter, Select, bindparam, or_, select

from addons.crm_contacts.models import Contact

CONTACT: BindParameter[int] = bindparam("contact")
#: the keys of the contact that the parameter `contact` names and of its people
WITH_PEOPLE: Select[int] = select(Contact.id).where(or_(Contact.id == CONTACT, Contact.company_id == CONTACT))
