UPDATE watch SET heard_until = heard_until WHERE id = :watch AND :now;
