-- What nobody may do to posted books, whatever way he came in. A guard that reads another row locks it FOR SHARE, and lines
-- are checked after their statement: a check before the row would read the parent first, then wait in the foreign key, and
-- let a line into an entry that another session was posting.
CREATE OR REPLACE FUNCTION erp_ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % refused', TG_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$
;;
CREATE OR REPLACE FUNCTION erp_ledger_follow_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE is_posted boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT bool_or(posted) INTO is_posted FROM (SELECT posted FROM erp_ledger_entry
            WHERE id IN (SELECT entry_id FROM arrived) FOR SHARE) AS parents;
    ELSE
        SELECT bool_or(posted) INTO is_posted FROM (SELECT posted FROM erp_ledger_entry
            WHERE id IN (OLD.entry_id, CASE TG_OP WHEN 'UPDATE' THEN NEW.entry_id END) FOR SHARE) AS parents;
    END IF;
    IF is_posted THEN
        RAISE EXCEPTION '% of a line of a posted entry: refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
;;
-- Posting: an open period (held open until the commit), debit = credit, accounts of the company, the opposite of what it
-- reverses, the next number.
CREATE OR REPLACE FUNCTION erp_ledger_seal_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong text; is_open boolean;
BEGIN
    SELECT bool_and(state = 'open') INTO is_open FROM (SELECT state FROM erp_ledger_period
        WHERE company_id = NEW.company_id AND NEW.date BETWEEN first_day AND last_day FOR SHARE) AS periods;
    IF is_open IS NOT TRUE THEN wrong := 'no open period'; END IF;
    IF (SELECT count(*) < 2 OR sum(debit) <> sum(credit) OR sum(debit) <> NEW.amount
            OR bool_or(date IS DISTINCT FROM NEW.date OR month IS DISTINCT FROM to_char(NEW.date, 'YYYYMM')::int)
        FROM erp_ledger_entry_line WHERE entry_id = NEW.id) THEN
        wrong := 'not balanced';
    END IF;
    IF EXISTS (SELECT 1 FROM erp_ledger_entry_line WHERE entry_id = NEW.id AND currency IS NOT NULL
               GROUP BY currency HAVING sum(amount_currency) <> 0) THEN
        wrong := 'not balanced in a currency';
    END IF;
    IF EXISTS (SELECT 1 FROM erp_ledger_entry_line AS line JOIN erp_ledger_account AS account ON account.id = line.account_id
               WHERE line.entry_id = NEW.id AND (account.heading OR account.company_id <> NEW.company_id)) THEN
        wrong := 'an account that takes no lines of this company';
    END IF;
    IF NEW.reverses_id IS NOT NULL AND (
        NOT EXISTS (SELECT 1 FROM erp_ledger_entry AS origin WHERE origin.id = NEW.reverses_id AND origin.posted
                    AND origin.company_id = NEW.company_id AND origin.date <= NEW.date)
        OR EXISTS (SELECT 1 FROM erp_ledger_entry_line WHERE entry_id IN (NEW.id, NEW.reverses_id)
                   GROUP BY account_id, contact_id, currency HAVING sum(debit) <> sum(credit) OR sum(amount_currency) <> 0)) THEN
        wrong := 'not the opposite of what it reverses';
    END IF;
    UPDATE erp_ledger_series SET last_number = NEW.number, last_hash = NEW.hash
        WHERE id = NEW.series_id AND company_id = NEW.company_id AND last_number = NEW.number - 1;
    IF NOT FOUND THEN wrong := 'not the next number'; END IF;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'entry %: %', NEW.id, wrong USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
;;
-- The counter follows the documents, never the other way round. The greatest number is asked for, as that is one look into an
-- index; whether a greater one exists was planned as a scan of the whole table.
CREATE OR REPLACE FUNCTION erp_ledger_follow_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM erp_ledger_entry
                   WHERE series_id = NEW.id AND number = NEW.last_number AND hash = NEW.last_hash AND posted)
       OR (SELECT max(number) FROM erp_ledger_entry WHERE series_id = NEW.id) > NEW.last_number THEN
        RAISE EXCEPTION 'series %: no such document', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
;;
CREATE OR REPLACE FUNCTION erp_ledger_keep_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' AND EXISTS (SELECT 1 FROM erp_ledger_period WHERE company_id = NEW.company_id AND id <> NEW.id
                                     AND first_day <= NEW.last_day AND last_day >= NEW.first_day) THEN
        RAISE EXCEPTION 'period: overlaps another' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN RETURN NULL; END IF;
    IF OLD.state <> 'open' OR EXISTS (SELECT 1 FROM erp_ledger_entry WHERE posted AND company_id = OLD.company_id
                                         AND date BETWEEN OLD.first_day AND OLD.last_day) THEN
        RAISE EXCEPTION 'period: in use' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
;;
CREATE OR REPLACE FUNCTION erp_ledger_keep_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM erp_ledger_entry_line WHERE account_id = OLD.id) THEN
        RAISE EXCEPTION 'account: in use' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
;;
-- An allocation joins a posted debit and a posted credit of one account, contact and currency, and never more than there is.
CREATE OR REPLACE FUNCTION erp_ledger_fit_allocation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE d record; c record;
BEGIN
    PERFORM 1 FROM erp_ledger_entry_line WHERE id IN (NEW.debit_line_id, NEW.credit_line_id) ORDER BY id FOR NO KEY UPDATE;
    SELECT line.*, entry.company_id, entry.posted, account.reconcile INTO d FROM erp_ledger_entry_line AS line
        JOIN erp_ledger_entry AS entry ON entry.id = entry_id JOIN erp_ledger_account AS account ON account.id = account_id
        WHERE line.id = NEW.debit_line_id;
    SELECT line.*, entry.company_id, entry.posted INTO c FROM erp_ledger_entry_line AS line
        JOIN erp_ledger_entry AS entry ON entry.id = entry_id WHERE line.id = NEW.credit_line_id;
    IF NOT (d.posted AND c.posted AND d.reconcile) OR d.debit = 0 OR c.credit = 0 OR d.account_id <> c.account_id
       OR d.contact_id IS DISTINCT FROM c.contact_id OR d.currency IS DISTINCT FROM c.currency
       OR d.company_id <> NEW.company_id OR c.company_id <> NEW.company_id OR NEW.date < d.date OR NEW.date < c.date
       OR (d.currency IS NULL) <> (NEW.amount_currency IS NULL) OR NEW.amount_currency < 0 THEN
        RAISE EXCEPTION 'allocation: the two lines do not match' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (SELECT sum(amount) > d.debit OR sum(amount_currency) > d.amount_currency
        FROM erp_ledger_allocation WHERE debit_line_id = d.id)
       OR (SELECT sum(amount) > c.credit OR sum(amount_currency) > -c.amount_currency
           FROM erp_ledger_allocation WHERE credit_line_id = c.id) THEN
        RAISE EXCEPTION 'allocation: more than is open' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
;;
CREATE TRIGGER entry_is_born_a_draft BEFORE INSERT ON erp_ledger_entry
    FOR EACH ROW WHEN (NEW.posted) EXECUTE FUNCTION erp_ledger_refuse()
;;
CREATE TRIGGER entry_is_frozen BEFORE UPDATE OR DELETE ON erp_ledger_entry
    FOR EACH ROW WHEN (OLD.posted) EXECUTE FUNCTION erp_ledger_refuse()
;;
CREATE TRIGGER entry_is_sealed AFTER UPDATE ON erp_ledger_entry
    FOR EACH ROW WHEN (NEW.posted) EXECUTE FUNCTION erp_ledger_seal_entry()
;;
CREATE TRIGGER entry_lines_enter AFTER INSERT ON erp_ledger_entry_line REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION erp_ledger_follow_entry()
;;
CREATE TRIGGER entry_lines_follow AFTER UPDATE OR DELETE ON erp_ledger_entry_line
    FOR EACH ROW EXECUTE FUNCTION erp_ledger_follow_entry()
;;
CREATE TRIGGER series_is_born_empty BEFORE INSERT ON erp_ledger_series
    FOR EACH ROW WHEN (NEW.last_number <> 0 OR NEW.last_hash <> '') EXECUTE FUNCTION erp_ledger_refuse()
;;
CREATE TRIGGER series_follows AFTER UPDATE ON erp_ledger_series
    FOR EACH ROW WHEN (NEW.last_number <> OLD.last_number OR NEW.last_hash <> OLD.last_hash)
    EXECUTE FUNCTION erp_ledger_follow_entries()
;;
CREATE TRIGGER series_keeps_its_name BEFORE UPDATE ON erp_ledger_series
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR (OLD.last_number > 0 AND (NEW.code, NEW.prefix, NEW.width, NEW.company_id, NEW.journal_id)
        IS DISTINCT FROM (OLD.code, OLD.prefix, OLD.width, OLD.company_id, OLD.journal_id)))
    EXECUTE FUNCTION erp_ledger_refuse()
;;
CREATE TRIGGER series_stays BEFORE DELETE ON erp_ledger_series
    FOR EACH ROW WHEN (OLD.last_number > 0) EXECUTE FUNCTION erp_ledger_refuse()
;;
CREATE TRIGGER period_is_alone AFTER INSERT ON erp_ledger_period
    FOR EACH ROW EXECUTE FUNCTION erp_ledger_keep_period()
;;
CREATE TRIGGER period_is_locked BEFORE UPDATE OR DELETE ON erp_ledger_period
    FOR EACH ROW WHEN (OLD.state = 'locked') EXECUTE FUNCTION erp_ledger_refuse()
;;
CREATE TRIGGER period_keeps_its_days AFTER UPDATE ON erp_ledger_period
    FOR EACH ROW WHEN ((NEW.id, NEW.first_day, NEW.last_day, NEW.company_id)
        IS DISTINCT FROM (OLD.id, OLD.first_day, OLD.last_day, OLD.company_id)) EXECUTE FUNCTION erp_ledger_keep_period()
;;
CREATE TRIGGER period_stays AFTER DELETE ON erp_ledger_period
    FOR EACH ROW EXECUTE FUNCTION erp_ledger_keep_period()
;;
CREATE TRIGGER account_keeps_its_kind AFTER UPDATE ON erp_ledger_account
    FOR EACH ROW WHEN ((NEW.id, NEW.kind, NEW.company_id) IS DISTINCT FROM (OLD.id, OLD.kind, OLD.company_id))
    EXECUTE FUNCTION erp_ledger_keep_account()
;;
CREATE TRIGGER allocation_fits AFTER INSERT ON erp_ledger_allocation
    FOR EACH ROW EXECUTE FUNCTION erp_ledger_fit_allocation()
;;
CREATE TRIGGER allocation_is_undone_not_changed BEFORE UPDATE ON erp_ledger_allocation
    FOR EACH ROW EXECUTE FUNCTION erp_ledger_refuse()
;;
CREATE TRIGGER entry_stays BEFORE TRUNCATE ON erp_ledger_entry EXECUTE FUNCTION erp_ledger_refuse()
;;
CREATE TRIGGER entry_line_stays BEFORE TRUNCATE ON erp_ledger_entry_line EXECUTE FUNCTION erp_ledger_refuse()
;;
CREATE TRIGGER series_is_kept BEFORE TRUNCATE ON erp_ledger_series EXECUTE FUNCTION erp_ledger_refuse()
;;
CREATE TRIGGER period_is_kept BEFORE TRUNCATE ON erp_ledger_period EXECUTE FUNCTION erp_ledger_refuse()
;;
