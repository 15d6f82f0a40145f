"""What breaks each check of contacts, catalogue, agenda, quotes and tickets, as SQL."""

CONTACT, EVENT, QUOTE, TICKET = "crm_contacts_contact", "crm_agenda_event", "crm_quotes_quote", "crm_tickets_ticket"
FILE = "insert into core_attachment (model, record_id, at, via, name, media_type, size, sha256) values"
DAMAGE = {
    "A1 the content of every file is in the store, with its size and its hash": (
        f"{FILE} ('crm_contacts.Contact', 1, '2026-03-01 00:00:00', 'web', 'a.pdf', 'application/pdf', 1, 'gone')"
    ),
    "CAT1 no category lies below itself": "update base_catalog_category set parent_id = id where name = 'Chairs'",
    "CAT2 the path of each category is its parent's path and its name": (
        "update base_catalog_category set path = 'elsewhere' where name = 'Chairs'"
    ),
    "CAT3 fixed price rules have a price and a scope": "update base_catalog_price_rule set product_id = null",
    "CON1 the last contact of a card is no earlier than its last talk": (
        f"update {CONTACT} set last_contact_at = null where last_contact_at is not null"
    ),
    "CON2 a merged card is archived and leads to one that was not merged itself into it": (
        f"update {CONTACT} set active = true where merged_into_id is not null"
    ),
    "CON3 nobody works at a person": f"update {CONTACT} set kind = 'person' where name = 'Ferretería El Sol'",
    "AGE1 no event ends before it begins": f"update {EVENT} set ends_at = '2020-01-01 00:00:00'",
    "AGE2 a changed time names the series it belongs to by its UID": (
        f"update {EVENT} set uid = 'another' where series_id is not null"
    ),
    "AGE3 only a repeating event has no last end": f"update {EVENT} set last_end_at = null where rrule is null",
    "AGE4 a task that is done says when": "update crm_agenda_task set done_at = null where state = 'done'",
    "QUO1 the net of a quote is the sum of its lines": "update crm_quotes_quote_line set net = net + 1",
    "QUO2 net and tax make the total": f"update {QUOTE} set total = total + 1",
    "QUO3 what was sent or decided has a number, an order has one as well": f"update {QUOTE} set order_number = null",
    "QUO4 what was decided says when, what was rejected says why": f"update {QUOTE} set reject_reason = null",
    "TIC1 every ticket has a number": f"update {TICKET} set number = null",
    "TIC2 a finished ticket says when, an open one does not": f"update {TICKET} set closed_at = null where state = 'closed'",
    "TIC3 only a waiting ticket waits": f"update {TICKET} set waiting_since = null where state = 'waiting'",
    "TIC4 hours worked are positive and at most a day": "update crm_tickets_work_log set hours = 25000000",
}
