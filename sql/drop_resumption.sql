DELETE FROM resumption WHERE watch = :watch;
