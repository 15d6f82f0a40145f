-- AGE1 no event ends before it begins
SELECT id, starts_at, ends_at FROM crm_agenda_event WHERE ends_at < starts_at

-- AGE2 a changed time names the series it belongs to by its UID
SELECT c.id, c.uid, s.uid AS series_uid
FROM crm_agenda_event c JOIN crm_agenda_event s ON s.id = c.series_id
WHERE c.uid <> s.uid OR c.recurrence_at IS NULL

-- AGE3 only a repeating event has no last end
SELECT id FROM crm_agenda_event WHERE last_end_at IS NULL AND rrule IS NULL

-- AGE4 a task that is done says when
SELECT id, state FROM crm_agenda_task WHERE state <> 'open' AND done_at IS NULL
