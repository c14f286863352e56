-- What open_read.sql forbids.
PRAGMA query_only = OFF;
