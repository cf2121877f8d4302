-- Hashes are 32 bytes each, and leave the compressor alone: a part of them is read without the rest.
ALTER TABLE transparency_nodes ADD CONSTRAINT nodes_whole CHECK (octet_length(hashes) = 32 * count);
ALTER TABLE transparency_nodes ALTER COLUMN hashes SET STORAGE EXTERNAL;
ALTER TABLE transparency_entry ADD CONSTRAINT entry_value_whole CHECK (octet_length(value) = 32);
ALTER TABLE transparency_salt ADD CONSTRAINT salt_whole CHECK (octet_length(salt) = 32);

-- A salt may be erased, with the data that it opens; another in its place would open nothing.
CREATE TRIGGER never_changed BEFORE UPDATE ON transparency_salt
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_refuse_change();
