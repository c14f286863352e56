INSERT INTO sign_in (watch, mechanism, tls, certificate, key)
	VALUES (:watch, :mechanism, :tls, :certificate, :key);
