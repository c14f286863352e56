INSERT OR REPLACE INTO rule (one, print, version) VALUES (1, :print, :version);
