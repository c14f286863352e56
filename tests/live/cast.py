"""Contacts played by slixmpp, an XMPP client that shares nothing with ours.

	with Cast() as cast:
		ann = cast.connect(server, "ann", "phone")    # connected, no presence yet
		ann.available(show="away")
		ann.unavailable()                             # and stays connected
		ann.leave()

The clients live on an event loop in a thread of its own. Every method returns only once the server has dealt with what
was sent: it asks the server a question behind it, and a stream is handled in order.
"""

import asyncio
import logging
import threading
import time
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

logging.getLogger("slixmpp").setLevel(logging.CRITICAL)     # a dropped line is part of the play

import slixmpp
from slixmpp.exceptions import IqError
from slixmpp.xmlstream import tostring

TIMEOUT = 10


class Missed(Exception):
	"""Something awaited did not come."""


class Cast:
	def __init__(self):
		self.loop = asyncio.new_event_loop()
		self.thread = threading.Thread(target=self._play, daemon=True)
		self.thread.start()
		self.contacts = []

	def _play(self):
		asyncio.set_event_loop(self.loop)
		self.loop.run_forever()

	def run(self, coroutine, timeout=TIMEOUT):
		return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout)

	def connect(self, server, user, resource="phone", **how):
		"""Registers the user where necessary. how: see Contact."""
		return self.connect_all(server, [(user, resource, how)])[0]

	def connect_all(self, server, who):
		"""Several at once: (user, resource, how) each."""
		contacts = [Contact(self, server, user, resource, **how) for user, resource, how in who]
		turn = asyncio.Semaphore(20)

		async def one(contact):
			async with turn:
				await contact._connect()

		async def everyone():
			await asyncio.gather(*(one(c) for c in contacts))
		self.contacts += contacts
		self.run(everyone(), TIMEOUT + len(contacts) / 10)
		return contacts

	def close(self):
		"""Everybody's line is dropped."""
		async def everyone():
			for contact in self.contacts:
				contact._abort()
			rest = asyncio.all_tasks() - {asyncio.current_task()}
			for task in rest:
				task.cancel()
			await asyncio.gather(*rest, return_exceptions=True)
		self.run(everyone(), TIMEOUT + len(self.contacts) / 10)
		self.loop.call_soon_threadsafe(self.loop.stop)
		self.thread.join()
		self.loop.close()

	def __enter__(self):
		return self

	def __exit__(self, *_):
		self.close()


class Contact:
	def __init__(self, cast, server, user, resource, held=False, ping=True, mute=False, tls=False):
		"""Says no presence by itself. held: XEP-0198, so that the server keeps the session of a dropped line. ping False:
		refuses with feature-not-implemented. mute: leaves every question of other people without an answer."""
		if user not in server.passwords:
			server.register(user)
		self.cast = cast
		self.server = server
		self.jid = server.jid(user)
		self.full = "%s/%s" % (self.jid, resource)
		self.held = held
		self.ping = ping
		self.mute = mute
		self.tls = tls
		self.heard = []     # (time, element) of every stanza that came
		self._news = threading.Condition()

	# the line

	async def _connect(self):
		"""Made here, as slixmpp wants it: on its loop."""
		self.client = client = slixmpp.ClientXMPP(self.full, self.server.passwords[self.jid.split("@")[0]],
			sasl_mech="PLAIN")
		client.loop = self.cast.loop
		client.use_ipv6 = False
		client.get_dns_records = no_records     # else it asks a name server, even for an address
		client["feature_mechanisms"].unencrypted_plain = True
		client.register_plugin("xep_0030")
		client.register_plugin("xep_0092", {"software_name": "slixmpp", "version": slixmpp.__version__})
		if self.ping:
			client.register_plugin("xep_0199")
		if self.held:
			client.register_plugin("xep_0198")
		client.add_filter("in", self._hear)

		ready = self.cast.loop.create_future()

		def settle(result):
			if not ready.done():
				ready.set_result(result)
		client.add_event_handler("stream_negotiated", lambda _: settle(None))
		for bad in "failed_all_auth", "connection_failed", "disconnected":
			client.add_event_handler(bad, lambda reason, bad=bad: settle("%s: %s" % (bad, reason)))
		if self.tls:
			client.ca_certs = self.server.ca_file
		client.connect((self.server.host, self.server.port), disable_starttls=not self.tls, force_starttls=self.tls)
		problem = await asyncio.wait_for(ready, TIMEOUT)
		if problem:
			raise Missed("%s cannot connect: %s" % (self.full, problem))
		self.full = str(client.boundjid.full)
		if self.held and "stream_management" not in client.features:
			raise Missed("%s was not given stream management" % self.full)

	def _hear(self, stanza):
		"""Every stanza passes here on its way in."""
		with self._news:
			self.heard.append((time.time(), stanza.xml))
			self._news.notify_all()
		question = stanza.name == "iq" and stanza["type"] in ("get", "set") and stanza.xml.get("from")
		if self.mute and question and question.split("/")[0] not in (self.jid, self.server.domain):
			return None
		return stanza

	def _abort(self):
		if getattr(self, "client", None):
			self.client.abort()

	@property
	def connected(self):
		return self.client.transport is not None

	def leave(self, status=None):
		"""A clean goodbye: presence, end of stream; the server has closed its side too."""
		async def goodbye():
			self.client.send_raw("<presence type='unavailable'>%s</presence>"
				% ("<status>%s</status>" % escape(status) if status else ""))
			await self.client.disconnect(wait=TIMEOUT)
		self.cast.run(goodbye(), 2 * TIMEOUT)

	def drop(self):
		"""The line goes without a word. With held, returns once the server holds the session."""
		mark = self.server.mark()

		async def drop():
			self.client.abort()
		self.cast.run(drop())
		if self.held:
			self.server.wait_log(r"Session going into hibernation|Closing c2s connection for %s: .*[Ww]aiting" % self.full, mark)

	# talking

	def send(self, xml):
		"""Anything, as it is; the server has dealt with it on return."""
		self.send_unsure(xml)
		self.sync()

	def send_unsure(self, xml):
		async def send():
			self.client.send_raw(xml)
		self.cast.run(send())

	def ask(self, payload, to=None, kind="get", timeout=TIMEOUT):
		"""An IQ's reply as an element, result or error; None when nothing came in time."""
		async def ask():
			iq = self.client.make_iq(id=self.client.new_id(), ito=to, itype=kind)
			iq.append(ET.fromstring(payload))
			try:
				return (await iq.send(timeout=timeout)).xml
			except IqError as refusal:
				return refusal.iq.xml
			except slixmpp.exceptions.IqTimeout:
				return None
		return self.cast.run(ask(), timeout + TIMEOUT)

	def demand(self, payload, to=None, kind="set"):
		"""The same, where an error is a failure."""
		reply = self.ask(payload, to, kind)
		if reply is None or reply.get("type") != "result":
			raise Missed("%s: %s was answered %s" % (self.full, payload, xml_text(reply)))
		return reply

	def sync(self):
		"""The server's answer to this comes after it has dealt with everything before."""
		if self.ask("<ping xmlns='urn:xmpp:ping'/>", self.server.domain) is None:
			raise Missed("%s: the server does not answer" % self.full)

	def await_stanza(self, wanted, what="a stanza", since=0, timeout=TIMEOUT):
		"""The first that came (number `since` or later in heard) of which wanted(element) is true."""
		deadline = time.monotonic() + timeout
		with self._news:
			while True:
				while since < len(self.heard):
					element = self.heard[since][1]
					if wanted(element):
						return element
					since += 1
				left = deadline - time.monotonic()
				if left <= 0:
					raise Missed("%s waited %d s for %s" % (self.full, timeout, what))
				self._news.wait(left)

	def await_presence(self, bare, kind=None, since=0, timeout=TIMEOUT):
		"""Presence from this contact (or one full JID); kind None is available."""
		return self.await_stanza(lambda e: name(e) == "presence" and e.get("type") == kind
			and bare in (e.get("from"), e.get("from", "").split("/")[0]), "presence of %s" % bare, since, timeout)

	def await_question(self, bare, since=0, timeout=TIMEOUT):
		"""An IQ request from somebody's bare JID."""
		return self.await_stanza(lambda e: name(e) == "iq" and e.get("type") in ("get", "set")
			and e.get("from", "").split("/")[0] == bare, "a question of %s" % bare, since, timeout)

	# habits

	def available(self, show=None, status=None, priority=None, to=None):
		parts = (("show", show), ("status", status), ("priority", priority))
		self.send("<presence%s>%s</presence>" % (" to=%s" % quoteattr(to) if to else "",
			"".join("<%s>%s</%s>" % (k, escape(str(v)), k) for k, v in parts if v is not None)))

	def unavailable(self, status=None, to=None):
		"""Looks gone, stays connected. With to: for that JID only."""
		self.send("<presence type='unavailable'%s>%s</presence>" % (" to=%s" % quoteattr(to) if to else "",
			"<status>%s</status>" % escape(status) if status else ""))

	def invisible_x18(self):
		self.send("<presence type='invisible'/>")

	def deny_presence_x126(self):
		"""A privacy list that denies outgoing presence, made active. Returns false where the server has no such lists.
		Send presence afterwards."""
		return self._make_active("invisible", "<item action='deny' order='1'><presence-out/></item>")

	def deny_all_x16(self, jid):
		"""A privacy list that denies everything to and from this JID, made active. Returns false where the server has none."""
		return self._make_active("blocked", "<item type='jid' value=%s action='deny' order='1'/>" % quoteattr(jid))

	def _make_active(self, name, items):
		reply = self.ask("<query xmlns='jabber:iq:privacy'><list name='%s'>%s</list></query>" % (name, items), kind="set")
		if reply.get("type") == "error":
			return False
		self.demand("<query xmlns='jabber:iq:privacy'><active name='%s'/></query>" % name)
		return True

	def invisible_x186(self):
		"""Returns false where the server refuses, as it does by default everywhere."""
		self.send_unsure("<iq type='set' id='x186'><invisible xmlns='urn:xmpp:invisible:0'/></iq>")
		return self.await_stanza(lambda e: e.get("id") == "x186", "an answer").get("type") == "result"

	def block(self, jid):
		self.demand("<block xmlns='urn:xmpp:blocking'><item jid=%s/></block>" % quoteattr(jid))

	def say(self, to, body):
		self.send("<message to=%s type='chat'><body>%s</body></message>" % (quoteattr(to), escape(body)))

	def forge_result(self, to, id):
		"""An answer nobody asked us for."""
		self.send("<iq type='result' to=%s id=%s/>" % (quoteattr(to), quoteattr(id)))

	def befriend(self, other):
		"""Presence subscription in both directions, agreed by stanzas; both are connected and available."""
		for each in self, other:    # servers tell such news only to those who asked for their roster
			each.demand("<query xmlns='jabber:iq:roster'/>", kind="get")
		seen, seen_there = len(self.heard), len(other.heard)
		self.send("<presence type='subscribe' to=%s/>" % quoteattr(other.jid))
		self.await_presence(other.jid, "subscribed", seen)
		other.await_presence(self.jid, "subscribed", seen_there)
		self.sync()
		other.sync()


async def no_records(*_):
	return []


def name(element):
	return element.tag.rpartition("}")[2]


def xml_text(element):
	return "nothing" if element is None else tostring(element, xmlns="jabber:client")
