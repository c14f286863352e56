INSERT INTO hear_item (question, item) VALUES (:question, :item);
