-- Planned disbursements are entries as the others are (guard.sql).
CREATE OR REPLACE TRIGGER entry BEFORE INSERT OR UPDATE OR DELETE ON funding_instalment
    FOR EACH ROW EXECUTE FUNCTION ceiba_funding_entry();
