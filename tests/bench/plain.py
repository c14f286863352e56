#!/usr/bin/python3
"""slixmpp as its users write it, and one plain table: each presence is a row, 200 a transaction, nothing else is kept.

	plain.py PORT FILE event|handler

event: the event that slixmpp fires for presence, its roster kept up to date before. handler: a stream handler of one's
own in its place.
"""

import asyncio
import logging
import sqlite3
import sys
import time

logging.basicConfig(level=logging.ERROR)

from slixmpp import ClientXMPP
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

MARKER = "done@bench.example/marker"

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE presence (id INTEGER PRIMARY KEY, at REAL, sender TEXT, type TEXT, show TEXT, status TEXT, priority INTEGER,
	client TEXT, delay TEXT, xml TEXT);
"""


class Rival(ClientXMPP):
	def __init__(self, file, how):
		super().__init__("me@bench.example/plain", "secret")
		self.db = sqlite3.connect(file)
		self.db.executescript(SCHEMA)
		self.rows = 0
		self.add_event_handler("session_start", self.begin)
		if how == "event":
			self.add_event_handler("presence", self.put)
		else:
			self.remove_handler("Presence")
			self.register_handler(Callback("put", MatchXPath("{jabber:client}presence"), self.put))

	async def begin(self, _):
		await self.get_roster()
		self.send_presence(ppriority=-1)

	def put(self, presence):
		caps = presence.xml.find("{http://jabber.org/protocol/caps}c")
		delay = presence.xml.find("{urn:xmpp:delay}delay")
		sender = str(presence["from"])
		self.db.execute(
			"INSERT INTO presence (at, sender, type, show, status, priority, client, delay, xml) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			(time.time(), sender, presence["type"], presence["show"], presence["status"], presence["priority"],
				caps.get("node") if caps is not None else None, delay.get("stamp") if delay is not None else None,
				str(presence)))
		self.rows += 1
		if self.rows % 200 == 0:
			self.db.commit()
		if sender == MARKER:
			self.disconnect()


_, port, file, how = sys.argv
rival = Rival(file, how)
rival["feature_mechanisms"].unencrypted_scram = True
rival["feature_mechanisms"].unencrypted_plain = True
rival.use_ipv6 = False
rival.connect(("127.0.0.1", int(port)), disable_starttls=True, force_starttls=False)
asyncio.get_event_loop().run_until_complete(rival.disconnected)
rival.db.commit()
rival.db.close()
