INSERT OR REPLACE INTO resumption (watch, id, handled) VALUES (:watch, :id, :handled);
