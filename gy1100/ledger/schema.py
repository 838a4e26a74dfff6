"""The ledger's one table, which only grows: triggers refuse every other change, whoever asks for it.

An entry must have the next number; that also refuses ``INSERT OR REPLACE``, which fires no trigger for the old one.
"""

from __future__ import annotations

APPLICATION, VERSION = 0x67793131, 1  # "gy11" in SQLite's application_id

SQLITE = (
    """CREATE TABLE gy1100_ledger
       (seq INTEGER PRIMARY KEY, entry TEXT NOT NULL, hash TEXT NOT NULL UNIQUE) STRICT""",
    """CREATE TRIGGER gy1100_ledger_update BEFORE UPDATE ON gy1100_ledger
       BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END""",
    """CREATE TRIGGER gy1100_ledger_delete BEFORE DELETE ON gy1100_ledger
       BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END""",
    """CREATE TRIGGER gy1100_ledger_next BEFORE INSERT ON gy1100_ledger
       WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM gy1100_ledger)
       BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END""",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
)
POSTGRESQL = (
    "CREATE TABLE gy1100_ledger (seq BIGINT PRIMARY KEY, entry TEXT NOT NULL, hash TEXT NOT NULL UNIQUE)",
    """CREATE OR REPLACE FUNCTION gy1100_ledger_grows() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP = 'INSERT' THEN
           IF NEW.seq = (SELECT COALESCE(MAX(seq), 0) + 1 FROM gy1100_ledger) THEN RETURN NEW; END IF;
         END IF;
         RAISE EXCEPTION 'the ledger only grows';
       END $$""",
    """CREATE TRIGGER gy1100_ledger_row BEFORE INSERT OR UPDATE OR DELETE ON gy1100_ledger
       FOR EACH ROW EXECUTE FUNCTION gy1100_ledger_grows()""",
    """CREATE TRIGGER gy1100_ledger_all BEFORE TRUNCATE ON gy1100_ledger
       FOR EACH STATEMENT EXECUTE FUNCTION gy1100_ledger_grows()""",
    f"COMMENT ON TABLE gy1100_ledger IS '{VERSION}'",
)
