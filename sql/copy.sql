-- The whole file as it is now, packed, into an empty one.
VACUUM INTO :file;
