UPDATE turn SET n = :n;
