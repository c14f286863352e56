-- A copy must not take up the session of the original: what that heard since is not in it.
DELETE FROM resumption;
